package dev.winnow.embedding.image;

import dev.winnow.contract.Rejection;

/** A file is no usable image. */
public final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Rejection rejection;

    public RefusedException(Rejection rejection) {
        super(rejection.detail());
        this.rejection = rejection;
    }

    public Rejection rejection() {
        return rejection;
    }
}
