package dev.winnow.contract;

import java.util.Locale;

/**
 * Why some bytes are not an image Winnow can use. A rejection is an expected outcome, not an error: over HTTP it becomes
 * a problem+json answer, from the bucket a record on the dead-letter topic.
 */
public sealed interface Rejection extends ImageVerdict {

    /** A stable, machine-readable code in kebab case: {@code too-large}, {@code animated}, … */
    default String reason() {
        String name = getClass().getSimpleName();
        return name.replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** One sentence for a person: what was found and what was expected. */
    String detail();

    /** The HTTP status (RFC 9110) with which every service that is handed such bytes refuses them. */
    default int httpStatus() {
        return switch (this) {
            case InvalidName name -> 400;
            case TooLarge large -> 413;
            case TooManyPixels large -> 413;
            case UnsupportedFormat other -> 415;
            case Empty bad -> 422;
            case Truncated bad -> 422;
            case Animated bad -> 422;
            case Undecodable bad -> 422;
            case KillsWorker bad -> 422;
        };
    }

    /** No bytes at all. */
    record Empty() implements Rejection {
        @Override
        public String detail() {
            return "the object is empty";
        }
    }

    /** More bytes than the limit. */
    record TooLarge(long bytes, long limit) implements Rejection {
        @Override
        public String detail() {
            return bytes + " bytes, the limit is " + limit;
        }
    }

    /** The bytes are of no image format that Winnow reads, whatever the name says. */
    record UnsupportedFormat(String found) implements Rejection {
        @Override
        public String detail() {
            return "found " + found + ", expected JPEG, PNG, WebP, GIF or BMP";
        }
    }

    /** The header claims more pixels than would be decoded safely. */
    record TooManyPixels(long width, long height, long limit) implements Rejection {
        @Override
        public String detail() {
            return width + " x " + height + " pixels, the limit is " + limit + " in all";
        }
    }

    /** More than one frame. Which of them would be the image? */
    record Animated(ImageFormat format) implements Rejection {
        @Override
        public String detail() {
            return "animated " + format + ", expected a single frame";
        }
    }

    /** The file ends before its image does. */
    record Truncated(ImageFormat format, String missing) implements Rejection {
        @Override
        public String detail() {
            return format + " ends before " + missing;
        }
    }

    /** The header is sound, but the decoder could not make pixels of the rest. */
    record Undecodable(String message) implements Rejection {
        @Override
        public String detail() {
            return message;
        }
    }

    /** The worker's process died twice while it decoded or embedded these bytes, the second time with nothing beside them. */
    record KillsWorker() implements Rejection {
        @Override
        public String detail() {
            return "the worker died twice while embedding it, the second time with nothing else in work";
        }
    }

    /** The object's key is not {@code {dataset}/{path}} with valid names. */
    record InvalidName(String message) implements Rejection {
        @Override
        public String detail() {
            return message;
        }
    }
}
