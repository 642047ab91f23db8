package dev.winnow.localstack.s3;

/**
 * A part of an upload under way.
 *
 * @param file the number of the file with the bytes
 * @param eTag the MD5 of the bytes in hexadecimal, without quotes
 * @param modified in milliseconds since the epoch
 */
record StoredPart(int number, long file, long size, String eTag, long modified) {}
