package dev.winnow.localstack.s3;

/**
 * What every record says of the server it comes from.
 *
 * @param deployment a UUID that stays with the folder
 */
record S3Origin(String accessKey, String deployment, String endpoint) {}
