package dev.winnow.curation.objects;

/** Fields of our own in COCO's JSON. */
public final class CocoFields {

    /** Where an annotation keeps the id of a box that is no whole number, or is another annotation's as well. */
    public static final String OBJECT = "object";

    private CocoFields() {}
}
