package dev.winnow.localstack.s3;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** S3's words for the errors that S3Proxy has none for. */
final class Messages {

    private static final Map<String, String> WORDS = Map.of(
            "AccessDenied", "Access Denied.",
            "BadDigest", "The Content-Md5 or checksum you specified did not match what we received.",
            "InvalidAccessKeyId", "The Access Key Id you provided does not exist in our records.",
            "InvalidArgument", "Invalid argument",
            "InvalidDigest", "The Content-Md5 you specified is not valid.",
            "NoSuchUpload", "The specified multipart upload does not exist.",
            "RequestTimeTooSkewed", "The difference between the request time and the server's time is too large.",
            "SignatureDoesNotMatch",
                    "The request signature we calculated does not match the signature you provided. Check your key and"
                            + " signing method.");

    private Messages() {}

    /** @param given what S3Proxy says, which is a bare "Forbidden" for some */
    static String of(String code, @Nullable String given) {
        if (given == null) {
            return WORDS.getOrDefault(code, code);
        }
        boolean bare = given.equals("Forbidden") || given.equals("Bad Request") || given.equals("Not Found");
        return bare ? WORDS.getOrDefault(code, given) : given;
    }
}
