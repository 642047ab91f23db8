package dev.winnow.localstack.qdrant;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;

/** Translates between messages of Qdrant's that say the same in another frame. */
final class SameFields {

    private SameFields() {}

    /** What both messages call the same, they mean the same; a field of another type is left out. */
    static <B extends Message.Builder> B copied(Message from, B to) {
        from.getAllFields().forEach((field, value) -> {
            FieldDescriptor same = to.getDescriptorForType().findFieldByName(field.getName());
            if (same != null && same.getJavaType() == field.getJavaType()) {
                to.setField(same, value);
            }
        });
        return to;
    }
}
