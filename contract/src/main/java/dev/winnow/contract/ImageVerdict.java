package dev.winnow.contract;

/** What {@link ImageHeader#inspect} makes of a file: the header of an acceptable image, or the reason why it is none. */
public sealed interface ImageVerdict permits ImageHeader, Rejection {}
