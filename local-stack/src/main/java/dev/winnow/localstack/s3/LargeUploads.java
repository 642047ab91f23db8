package dev.winnow.localstack.s3;

import dev.winnow.localstack.s3.S3Server.Credentials;
import jakarta.servlet.http.HttpServletRequest;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.auth.AwsSignature;
import org.gaul.s3proxy.auth.S3AuthorizationHeader;
import org.gaul.s3proxy.checksum.ChecksumValidatingInputStream;
import org.gaul.s3proxy.checksum.FlexChecksum;
import org.jspecify.annotations.Nullable;

/**
 * Checks the signature of a large upload whose digest is signed before a byte of it is read, and the digest while it is
 * read: S3Proxy would hold the whole of it in memory.
 */
final class LargeUploads {

    private static final long LARGE = 1 << 20;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(15);

    private final Credentials credentials;

    LargeUploads(Credentials credentials) {
        this.credentials = credentials;
    }

    static boolean isOne(HttpServletRequest request) {
        @Nullable String authorization = request.getHeader("Authorization");
        @Nullable String digest = request.getHeader("x-amz-content-sha256");
        return request.getMethod().equals("PUT")
                && request.getContentLengthLong() > LARGE
                && authorization != null
                && authorization.startsWith("AWS4-HMAC-SHA256")
                && digest != null
                && DIGEST.matcher(digest).matches();
    }

    /**
     * Returns the content, which fails at its end where its digest is not the signed one.
     *
     * @throws S3ProxyException when the request is not signed by the key
     */
    InputStream authenticated(HttpServletRequest request, InputStream content) {
        S3AuthorizationHeader header;
        try {
            header = new S3AuthorizationHeader(request.getHeader("Authorization"));
        } catch (IllegalArgumentException e) {
            throw new S3ProxyException(S3ErrorCode.INVALID_ARGUMENT, e);
        }
        checkTime(request.getHeader("x-amz-date"));
        if (!credentials.accessKey().equals(header.getIdentity())) {
            throw new S3ProxyException(S3ErrorCode.INVALID_ACCESS_KEY_ID);
        }
        String digest = request.getHeader("x-amz-content-sha256");
        String expected;
        try {
            expected = AwsSignature.createAuthorizationSignatureV4(
                            request,
                            header,
                            new byte[0],
                            request.getRequestURI(),
                            credentials.secretKey(),
                            false,
                            null,
                            digest)
                    .signature();
        } catch (GeneralSecurityException | java.io.IOException e) {
            throw new S3ProxyException(S3ErrorCode.INVALID_ARGUMENT, e);
        }
        if (!MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.UTF_8), header.getSignature().getBytes(StandardCharsets.UTF_8))) {
            throw new S3ProxyException(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH);
        }
        return new ChecksumValidatingInputStream(
                content,
                FlexChecksum.SHA256.newChecksum(),
                HexFormat.of().parseHex(digest),
                request.getContentLengthLong(),
                S3ErrorCode.X_AMZ_CONTENT_S_H_A_256_MISMATCH);
    }

    private static void checkTime(@Nullable String header) {
        Instant time;
        try {
            time = LocalDateTime.parse(header == null ? "" : header, TIME).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new S3ProxyException(
                    S3ErrorCode.ACCESS_DENIED, "AWS authentication requires a valid Date or x-amz-date header", e);
        }
        if (Duration.between(time, Instant.now()).abs().compareTo(CLOCK_SKEW) > 0) {
            throw new S3ProxyException(S3ErrorCode.REQUEST_TIME_TOO_SKEWED);
        }
    }
}
