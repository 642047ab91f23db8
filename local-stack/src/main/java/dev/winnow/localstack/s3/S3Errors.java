package dev.winnow.localstack.s3;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** S3's error answers that S3Proxy has no name for. */
final class S3Errors {

    private S3Errors() {}

    static AwsServiceException of(int status, String code, String message) {
        return S3Exception.builder()
                .message(message)
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .build())
                .build();
    }

    static AwsServiceException metadataTooLarge() {
        return of(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size.");
    }

    /** @param what the thing a client asked for, as the subject of a sentence */
    static AwsServiceException notImplemented(String what) {
        return of(501, "NotImplemented", what + " is not implemented.");
    }
}
