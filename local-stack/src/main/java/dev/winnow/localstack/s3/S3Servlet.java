package dev.winnow.localstack.s3;

import com.google.common.base.Throwables;
import dev.winnow.localstack.s3.S3Server.Credentials;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.io.EofException;
import org.gaul.s3proxy.S3ProxyHandler;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Answers S3's requests: forms itself, everything else by S3Proxy's reading of the protocol. */
final class S3Servlet extends HttpServlet {

    private static final long serialVersionUID = 1;
    private static final Logger LOG = Logger.getLogger(S3Servlet.class.getName());

    private static final long LARGEST_OBJECT = 5L << 30;
    /** What S3Proxy may hold of one request in memory. */
    private static final long LARGEST_IN_MEMORY = 16L << 20;

    /** Names and values together, as MinIO has it. */
    private static final int LARGEST_HEADERS = 8 << 10;

    private static final int LARGEST_CHUNK = 16 << 20;
    private static final int CLOCK_SKEW_SECONDS = 15 * 60;

    private final transient Protocol protocol;
    /** For requests whose signature was checked before. */
    private final transient Protocol authenticated;

    private final transient LargeUploads largeUploads;
    private final transient FormUpload forms;

    S3Servlet(ObjectBlobStore store, Credentials credentials, Path uploads) {
        this.protocol = new Protocol(store, AuthenticationType.AWS_V2_OR_V4, credentials);
        this.authenticated = new Protocol(store, AuthenticationType.NONE, credentials);
        this.largeUploads = new LargeUploads(credentials);
        this.forms = new FormUpload(store, credentials, uploads);
    }

    /** S3Proxy's part, opened up for its error document. */
    private static final class Protocol extends S3ProxyHandler {
        Protocol(ObjectBlobStore store, AuthenticationType authentication, Credentials credentials) {
            super(
                    store,
                    authentication,
                    credentials.accessKey(),
                    credentials.secretKey(),
                    null,
                    LARGEST_OBJECT,
                    LARGEST_IN_MEMORY,
                    LARGEST_CHUNK,
                    true,
                    null,
                    null,
                    CLOCK_SKEW_SECONDS);
        }

        void refuse(HttpServletRequest request, HttpServletResponse response, String code, int status, String message)
                throws IOException {
            sendSimpleErrorResponse(request, response, code, status, message, Map.of());
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try (InputStream content = request.getInputStream()) {
            checkHeaders(request);
            if (FormUpload.isForm(request)) {
                forms.accept(request, response, content);
            } else {
                UnknownRequests.refuse(request);
                if (LargeUploads.isOne(request)) {
                    InputStream checked = largeUploads.authenticated(request, content);
                    authenticated.doHandle(request, request, response, checked, null);
                    return;
                }
                protocol.doHandle(request, request, response, content, null);
            }
        } catch (IOException | RuntimeException e) {
            refuse(request, response, e);
        }
    }

    private static void checkHeaders(HttpServletRequest request) {
        int size = 0;
        for (String name : Collections.list(request.getHeaderNames())) {
            for (String value : Collections.list(request.getHeaders(name))) {
                size += name.length() + value.length();
            }
        }
        if (size > LARGEST_HEADERS) {
            throw S3Errors.metadataTooLarge();
        }
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, Exception e) throws IOException {
        for (Throwable cause : Throwables.getCausalChain(e)) {
            if (cause instanceof AwsServiceException refusal) {
                answer(request, response, refusal);
                return;
            }
            if (cause instanceof EOFException || cause instanceof EofException) {
                protocol.refuse(
                        request,
                        response,
                        "IncompleteBody",
                        400,
                        "You did not provide the number of bytes specified by the Content-Length HTTP header.");
                return;
            }
        }
        if (e instanceof UnsupportedOperationException) {
            protocol.refuse(request, response, "NotImplemented", 501, "Not implemented: " + e.getMessage());
        } else if (e instanceof IllegalArgumentException) {
            protocol.refuse(request, response, "InvalidArgument", 400, String.valueOf(e.getMessage()));
        } else {
            LOG.log(Level.WARNING, request.getMethod() + " " + request.getRequestURI(), e);
            protocol.refuse(
                    request, response, "InternalError", 500, "We encountered an internal error, please try again.");
        }
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, AwsServiceException refusal)
            throws IOException {
        var headers = S3Exceptions.httpResponse(refusal);
        if (headers != null) {
            for (String name : Set.of("ETag", "Allow")) {
                headers.firstMatchingHeader(name).ifPresent(value -> response.setHeader(name, value));
            }
        }
        String code = S3Exceptions.errorCode(refusal);
        int status = refusal.statusCode();
        if (code != null) {
            String message = refusal.awsErrorDetails().errorMessage();
            protocol.refuse(request, response, code, status, Messages.of(code, message));
        } else if (status == 416) {
            protocol.refuse(request, response, "InvalidRange", 416, "The requested range is not satisfiable");
        } else {
            response.setStatus(status);
        }
    }
}
