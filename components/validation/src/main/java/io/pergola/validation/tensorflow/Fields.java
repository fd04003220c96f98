package io.pergola.validation.tensorflow;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The fields of a message, and which of them nobody has read: {@link #finish} says so, so that
 * nothing is dropped in silence.
 */
final class Fields {
  private final Message message;
  private String prefix;
  private final Notes notes;
  private final Set<String> read = new HashSet<>();
  private final Map<String, List<Fields>> children = new LinkedHashMap<>();
  private String subject;

  Fields(Message message, String subject, Notes notes) {
    this(message, subject, "", notes);
  }

  private Fields(Message message, String subject, String prefix, Notes notes) {
    this.message = message;
    this.subject = subject;
    this.prefix = prefix;
    this.notes = notes;
  }

  /** Says from now on what this message is about, such as {@code feature 'fare'}. */
  Fields about(String newSubject) {
    subject = newSubject;
    prefix = "";
    return this;
  }

  String subject() {
    return subject;
  }

  Notes notes() {
    return notes;
  }

  boolean has(String name) {
    FieldDescriptor field = field(name);
    return field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
  }

  /** The text; empty if there is none. */
  String text(String name) {
    return (String) value(name);
  }

  Optional<String> optionalText(String name) {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  long whole(String name) {
    return ((Number) value(name)).longValue();
  }

  OptionalLong optionalWhole(String name) {
    return has(name) ? OptionalLong.of(whole(name)) : OptionalLong.empty();
  }

  double number(String name) {
    return ((Number) value(name)).doubleValue();
  }

  OptionalDouble optionalNumber(String name) {
    return has(name) ? OptionalDouble.of(number(name)) : OptionalDouble.empty();
  }

  /** A 32-bit number as the decimal number that it stands for. */
  double decimal(String name) {
    return Double.parseDouble(value(name).toString());
  }

  boolean truth(String name) {
    return (Boolean) value(name);
  }

  /** The name of an enum's value; that of number 0 if there is none. */
  String constant(String name) {
    return ((EnumValueDescriptor) value(name)).getName();
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Object value : (List<?>) value(name)) {
      texts.add((String) value);
    }
    return texts;
  }

  /** Integers in decimal. */
  List<String> wholes(String name) {
    return ((List<?>) value(name)).stream().map(Object::toString).toList();
  }

  ByteString bytes(String name) {
    return (ByteString) value(name);
  }

  /** The message; one without fields if there is none. */
  Fields message(String name) {
    return children.computeIfAbsent(name, n -> List.of(child(n, value(n)))).get(0);
  }

  List<Fields> messages(String name) {
    return children.computeIfAbsent(
        name, n -> ((List<?>) value(n)).stream().map(each -> child(n, each)).toList());
  }

  /** Takes a field as read that says nothing that other fields do not. */
  void skip(String... names) {
    for (String name : names) {
      read.add(name);
    }
  }

  /** Notes every field that was not read, here and below. */
  void finish() {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (!read.contains(field.getName())) {
                notes.add("Not taken over: %s%s of %s.", prefix, describe(field, value), subject);
              }
            });
    message
        .getUnknownFields()
        .asMap()
        .keySet()
        .forEach(
            number ->
                notes.add(
                    "Not taken over: field %d of %s %s, which this release does not know.",
                    number, message.getDescriptorForType().getName(), subject));
    children.values().forEach(list -> list.forEach(Fields::finish));
  }

  private static String describe(FieldDescriptor field, Object value) {
    if (field.isRepeated()) {
      return "%s (%d)".formatted(field.getName(), ((List<?>) value).size());
    }
    if (field.getJavaType() == JavaType.MESSAGE || value instanceof ByteString) {
      return field.getName();
    }
    return "%s '%s'".formatted(field.getName(), value);
  }

  private Fields child(String name, Object value) {
    return new Fields((Message) value, subject, prefix + name + ".", notes);
  }

  private Object value(String name) {
    read.add(name);
    return message.getField(field(name));
  }

  private FieldDescriptor field(String name) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    if (field == null) {
      throw new IllegalStateException(
          "No field %s in %s".formatted(name, message.getDescriptorForType().getName()));
    }
    return field;
  }
}
