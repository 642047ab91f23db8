package dev.winnow.curation.objects;

/** Somebody else has written the boxes of the image since the caller read them. */
public final class ConcurrentEditException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConcurrentEditException() {
        super("the boxes of this image have changed since they were read: read them again");
    }
}
