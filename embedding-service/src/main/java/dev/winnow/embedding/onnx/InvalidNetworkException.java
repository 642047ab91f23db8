package dev.winnow.embedding.onnx;

/** A file that is no ONNX network, or a network that cannot give the features of pictures; the message is the reason. */
public final class InvalidNetworkException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    InvalidNetworkException(String message) {
        super(message);
    }

    InvalidNetworkException(String message, Throwable cause) {
        super(message, cause);
    }
}
