package dev.winnow.curation.objects;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * An XML file of Pascal VOC, as far as it is about boxes.
 *
 * @param size null where it gives none
 */
record VocFile(String filename, Extras.@Nullable Size size, List<Entry> objects) {

    private static final int DEEPEST = 20;

    /**
     * An object: the text of each of its elements, those of {@code bndbox} as {@code bndbox/xmin}.
     *
     * @param line where it begins, from 1
     */
    record Entry(int line, Map<String, String> texts) {

        String text(String element) {
            String text = texts.getOrDefault(element, "");
            // Of a text on lines of its own the lines are layout; spaces may be part of a name.
            return text.indexOf('\n') >= 0 ? text.strip() : text;
        }

        /** @throws IllegalArgumentException if it is no number, or not there */
        double number(String element) {
            try {
                return Double.parseDouble(text(element));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(element + ": expected a number, got '" + text(element) + "'", e);
            }
        }
    }

    private static final XMLInputFactory FACTORY = factory();

    /** The platform's own, told to open nothing that a file names. */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /** @throws IllegalArgumentException if it is no such file */
    static VocFile read(byte[] content) {
        try {
            XMLStreamReader xml = FACTORY.createXMLStreamReader(new ByteArrayInputStream(content));
            try {
                return read(xml);
            } finally {
                xml.close();
            }
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException("expected XML: " + firstLine(e), e);
        }
    }

    private static String firstLine(XMLStreamException e) {
        return String.valueOf(e.getMessage()).replace('\n', ' ');
    }

    private static VocFile read(XMLStreamReader xml) throws XMLStreamException {
        List<String> path = new ArrayList<>();
        Map<String, String> ofImage = new LinkedHashMap<>();
        List<Entry> objects = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new IllegalArgumentException("expected XML without a document type");
                case XMLStreamConstants.START_ELEMENT -> {
                    path.add(xml.getLocalName());
                    if (path.size() == 1 && !path.getFirst().equals("annotation")) {
                        throw new IllegalArgumentException("expected an annotation, got " + path.getFirst());
                    }
                    text.setLength(0);
                    if (path.size() > DEEPEST) {
                        throw new IllegalArgumentException("expected at most " + DEEPEST + " elements in one another");
                    }
                    if (path.equals(List.of("annotation", "object"))) {
                        objects.add(new Entry(xml.getLocation().getLineNumber(), new LinkedHashMap<>()));
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(xml.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    if (path.size() > 2 && path.get(1).equals("object")) {
                        objects.getLast().texts.put(name(path, 2), text.toString());
                    } else if (path.size() > 1) {
                        ofImage.put(name(path, 1), text.toString().strip());
                    }
                    path.removeLast();
                    text.setLength(0);
                }
                default -> {}
            }
        }
        return new VocFile(ofImage.getOrDefault("filename", ""), size(ofImage), objects);
    }

    private static String name(List<String> path, int from) {
        return String.join("/", path.subList(from, path.size()));
    }

    private static Extras.@Nullable Size size(Map<String, String> texts) {
        try {
            Extras.Size size = new Extras.Size(
                    Long.parseLong(texts.getOrDefault("size/width", "")),
                    Long.parseLong(texts.getOrDefault("size/height", "")));
            // Some tools write 0 for what they do not know.
            return size.width() == 0 || size.height() == 0 ? null : size;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
