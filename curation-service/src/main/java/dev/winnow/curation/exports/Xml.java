package dev.winnow.curation.exports;

import dev.winnow.curation.objects.XmlText;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** XML 1.0, an element at a time. */
final class Xml {

    /** The platform's own, whatever other libraries bring. */
    private static final XMLOutputFactory FACTORY = XMLOutputFactory.newDefaultFactory();

    private final XMLStreamWriter writer;

    Xml(OutputStream out) throws XMLStreamException {
        writer = FACTORY.createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
    }

    void declaration() throws XMLStreamException {
        writer.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
        writer.writeCharacters("\n");
    }

    /** Begins an element with attributes, given as names and values in turn. */
    void begin(String name, String... attributes) throws XMLStreamException {
        writer.writeStartElement(name);
        attributes(attributes);
    }

    void end() throws XMLStreamException {
        writer.writeEndElement();
        writer.writeCharacters("\n");
    }

    /** An element without content. */
    void empty(String name, String... attributes) throws XMLStreamException {
        writer.writeEmptyElement(name);
        attributes(attributes);
        writer.writeCharacters("\n");
    }

    /** An element with text. */
    void text(String name, String text) throws XMLStreamException {
        writer.writeStartElement(name);
        writer.writeCharacters(XmlText.of(text));
        end();
    }

    void flush() throws XMLStreamException {
        writer.flush();
    }

    private void attributes(String... attributes) throws XMLStreamException {
        for (int i = 0; i < attributes.length; i += 2) {
            writer.writeAttribute(attributes[i], XmlText.of(attributes[i + 1]));
        }
    }
}
