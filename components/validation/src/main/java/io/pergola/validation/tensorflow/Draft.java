package io.pergola.validation.tensorflow;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.util.List;

/** A message in the making. */
final class Draft {
  private final DynamicMessage.Builder builder;

  Draft(Descriptor type) {
    builder = DynamicMessage.newBuilder(type);
  }

  /** An empty message for a field. */
  Draft of(String field) {
    return new Draft(field(field).getMessageType());
  }

  Draft put(String name, String value) {
    builder.setField(field(name), value);
    return this;
  }

  Draft put(String name, long value) {
    FieldDescriptor field = field(name);
    builder.setField(field, field.getJavaType() == JavaType.INT ? (Object) (int) value : value);
    return this;
  }

  Draft put(String name, double value) {
    FieldDescriptor field = field(name);
    builder.setField(field, field.getJavaType() == JavaType.FLOAT ? (Object) (float) value : value);
    return this;
  }

  Draft put(String name, Draft value) {
    builder.setField(field(name), value.done());
    return this;
  }

  Draft put(String name, Message value) {
    builder.setField(field(name), value);
    return this;
  }

  /** As proto3 has it: a value that is 0 is not written. */
  Draft putNonzero(String name, long value) {
    return value == 0 ? this : put(name, value);
  }

  /** As proto3 has it: a value that is 0 is not written. */
  Draft putNonzero(String name, double value) {
    return value == 0 ? this : put(name, value);
  }

  Draft putTrue(String name) {
    builder.setField(field(name), true);
    return this;
  }

  /** Sets the value of an enum by its public name. */
  Draft choose(String name, String constant) {
    FieldDescriptor field = field(name);
    builder.setField(field, field.getEnumType().findValueByName(constant));
    return this;
  }

  Draft add(String name, Draft value) {
    builder.addRepeatedField(field(name), value.done());
    return this;
  }

  Draft add(String name, List<String> values) {
    values.forEach(value -> builder.addRepeatedField(field(name), value));
    return this;
  }

  boolean isEmpty() {
    return builder.getAllFields().isEmpty();
  }

  DynamicMessage done() {
    return builder.build();
  }

  /** The feature's path as a message of its only step. */
  static Draft path(Draft path, String name) {
    return path.add("step", List.of(name));
  }

  private FieldDescriptor field(String name) {
    FieldDescriptor field = builder.getDescriptorForType().findFieldByName(name);
    if (field == null) {
      throw new IllegalStateException(
          "No field %s in %s".formatted(name, builder.getDescriptorForType().getName()));
    }
    return field;
  }
}
