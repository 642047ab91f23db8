package dev.winnow.localstack.s3;

import dev.winnow.localstack.s3.S3Server.Credentials;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.jspecify.annotations.Nullable;

/** Whether a form's policy was signed by somebody with the key, by version 4 or, as older SDKs do, version 2. */
final class FormSignature {

    private final Credentials credentials;

    FormSignature(Credentials credentials) {
        this.credentials = credentials;
    }

    /**
     * Returns the policy as the form has it.
     *
     * @param fields by their lower-case names
     * @throws S3ProxyException when the form is not signed, or not by the key
     */
    byte[] check(Map<String, String> fields) {
        @Nullable String policy = fields.get("policy");
        if (policy == null) {
            throw new S3ProxyException(S3ErrorCode.ACCESS_DENIED, "Access Denied.");
        }
        byte[] text = policy.getBytes(StandardCharsets.UTF_8);
        @Nullable String algorithm = fields.get("x-amz-algorithm");
        @Nullable String credential = algorithm == null ? fields.get("awsaccesskeyid") : fields.get("x-amz-credential");
        @Nullable String signature = algorithm == null ? fields.get("signature") : fields.get("x-amz-signature");
        if (credential == null || signature == null) {
            throw S3Errors.of(
                    400, "InvalidArgument", "Bucket POST must contain the fields of a signature beside the policy.");
        }
        String expected;
        String accessKey;
        if (algorithm == null) {
            accessKey = credential;
            expected = Base64.getEncoder().encodeToString(hmac("HmacSHA1", utf8(credentials.secretKey()), text));
        } else if (algorithm.equals("AWS4-HMAC-SHA256")) {
            String[] scope = scope(credential);
            accessKey = scope[0];
            byte[] key = utf8("AWS4" + credentials.secretKey());
            for (int i = 1; i < scope.length; i++) {
                key = hmac("HmacSHA256", key, utf8(scope[i]));
            }
            expected = HexFormat.of().formatHex(hmac("HmacSHA256", key, text));
        } else {
            throw S3Errors.of(400, "InvalidArgument", "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
        }
        if (!accessKey.equals(credentials.accessKey())) {
            throw new S3ProxyException(
                    S3ErrorCode.INVALID_ACCESS_KEY_ID, "The Access Key Id you provided does not exist in our records.");
        }
        if (!MessageDigest.isEqual(utf8(expected), utf8(signature))) {
            throw new S3ProxyException(
                    S3ErrorCode.SIGNATURE_DOES_NOT_MATCH,
                    "The request signature we calculated does not match the signature you provided. Check your key and"
                            + " signing method.");
        }
        return text;
    }

    /** The access key, which may hold slashes, then day, region, service and the request's kind. */
    private static String[] scope(String credential) {
        String[] parts = credential.split("/", -1);
        int scope = parts.length - 4;
        if (scope < 1) {
            throw S3Errors.of(
                    400,
                    "AuthorizationQueryParametersError",
                    "The Credential must have the form <access key>/YYYYMMDD/REGION/SERVICE/aws4_request.");
        }
        String accessKey = String.join("/", java.util.Arrays.copyOf(parts, scope));
        return new String[] {accessKey, parts[scope], parts[scope + 1], parts[scope + 2], parts[scope + 3]};
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hmac(String algorithm, byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
