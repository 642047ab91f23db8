package dev.winnow.localstack.s3;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/** What a browser is answered that posted a form: what the form asks for. */
final class FormAnswer {

    private FormAnswer() {}

    /** @param eTag with quotes */
    static void write(
            HttpServletRequest request,
            HttpServletResponse response,
            String bucket,
            String key,
            String eTag,
            Map<String, String> fields)
            throws IOException {
        response.setHeader("ETag", eTag);
        String location = request.getRequestURL().toString().replaceAll("/$", "") + "/"
                + URLEncoder.encode(key, StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace("%2F", "/");
        @Nullable String redirect = fields.getOrDefault("success_action_redirect", fields.get("redirect"));
        if (redirect != null && redirect.matches("https?://.+")) {
            response.setStatus(HttpServletResponse.SC_SEE_OTHER);
            response.setHeader(
                    "Location",
                    redirect + (redirect.contains("?") ? "&" : "?") + "bucket=" + encoded(bucket) + "&key="
                            + encoded(key) + "&etag=" + encoded(eTag));
            return;
        }
        response.setHeader("Location", location);
        switch (fields.getOrDefault("success_action_status", "204")) {
            case "200" -> response.setStatus(HttpServletResponse.SC_OK);
            case "201" -> {
                response.setStatus(HttpServletResponse.SC_CREATED);
                document(response, location, bucket, key, eTag);
            }
            default -> response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        }
    }

    private static void document(HttpServletResponse response, String location, String bucket, String key, String eTag)
            throws IOException {
        response.setContentType("application/xml");
        response.setCharacterEncoding("UTF-8");
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(response.getWriter());
            xml.writeStartDocument();
            xml.writeStartElement("PostResponse");
            element(xml, "Bucket", bucket);
            element(xml, "Key", key);
            element(xml, "ETag", eTag);
            element(xml, "Location", location);
            xml.writeEndElement();
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    private static void element(XMLStreamWriter xml, String name, String text) throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeCharacters(text);
        xml.writeEndElement();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
