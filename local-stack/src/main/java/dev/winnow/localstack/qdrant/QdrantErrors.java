package dev.winnow.localstack.qdrant;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** Refusals in Qdrant's codes and words, which clients match on. */
final class QdrantErrors {

    private QdrantErrors() {}

    static StatusRuntimeException badInput(String description) {
        return Status.INVALID_ARGUMENT
                .withDescription("Wrong input: " + description)
                .asRuntimeException();
    }

    /** As Qdrant says it of a request's field before it looks at anything else. */
    static StatusRuntimeException tooSmall(String field, long value, long least) {
        return Status.INVALID_ARGUMENT
                .withDescription("Validation error in body: [" + field + ": value " + value + " invalid, must be "
                        + least + " or larger]")
                .asRuntimeException();
    }

    /** Of a field of a request, out of its bounds. */
    static StatusRuntimeException invalid(String field, String why) {
        return Status.INVALID_ARGUMENT
                .withDescription("Validation error in body: [" + field + ": " + why + "]")
                .asRuntimeException();
    }

    static StatusRuntimeException badRequest(String description) {
        return Status.INVALID_ARGUMENT
                .withDescription("Bad request: " + description)
                .asRuntimeException();
    }

    static StatusRuntimeException wrongDimension(int expected, int actual) {
        return badInput("Vector dimension error: expected dim: " + expected + ", got " + actual);
    }

    static StatusRuntimeException notFound(String description) {
        return Status.NOT_FOUND.withDescription("Not found: " + description).asRuntimeException();
    }

    static StatusRuntimeException noCollection(String name) {
        return notFound("Collection `" + name + "` doesn't exist!");
    }

    static StatusRuntimeException noPoint(PointKey key) {
        return notFound("No point with id " + key + " found");
    }

    static StatusRuntimeException noVectorName(String name) {
        return badInput("Not existing vector name error: " + name);
    }

    static StatusRuntimeException alreadyExists(String description) {
        return Status.ALREADY_EXISTS
                .withDescription("Wrong input: " + description)
                .asRuntimeException();
    }

    /** Qdrant has it, this server does not: said rather than ignored. */
    static StatusRuntimeException unimplemented(String what) {
        return Status.UNIMPLEMENTED
                .withDescription("the local stack's Qdrant has no " + what)
                .asRuntimeException();
    }

    /** Refuses a request that uses something this server lacks. */
    static void refuse(boolean used, String what) {
        if (used) {
            throw unimplemented(what);
        }
    }
}
