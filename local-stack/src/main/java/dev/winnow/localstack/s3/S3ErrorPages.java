package dev.winnow.localstack.s3;

import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** S3's error document for requests that no servlet sees, because they are not even HTTP. */
final class S3ErrorPages extends ErrorHandler {

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        String name = code >= 500 ? "InternalError" : "InvalidRequest";
        byte[] page = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + name + "</Code><Message>"
                        + (code >= 500 ? "We encountered an internal error, please try again." : "Invalid Request")
                        + "</Message></Error>")
                .getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/xml");
        response.write(true, java.nio.ByteBuffer.wrap(page), callback);
    }
}
