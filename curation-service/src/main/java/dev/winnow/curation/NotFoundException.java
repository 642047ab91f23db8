package dev.winnow.curation;

/** The dataset, image or job asked for does not exist. */
public final class NotFoundException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NotFoundException(String what, Object name) {
        super("no " + what + " '" + name + "'");
    }
}
