package io.pergola.metadata.internal;

import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.PropertyValue;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Structs and protos as ML Metadata stores them: Base64 of the serialised {@code
 * google.protobuf.Struct}, after a prefix, in {@code string_value}; Base64 of a {@code
 * google.protobuf.Any} in {@code proto_value}, or its bytes where there is a type for them. The two
 * messages are small enough to be written by hand, which keeps the protobuf library out of this
 * room.
 */
final class ProtoText {
  static final String STRUCT_PREFIX = "mlmd-struct::";

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int DEEPEST = 50;

  private ProtoText() {}

  static String encode(PropertyValue.StructValue struct) {
    return STRUCT_PREFIX + Base64.getEncoder().encodeToString(struct(struct.fields()));
  }

  static PropertyValue.StructValue decodeStruct(String stored) {
    byte[] bytes = Base64.getDecoder().decode(stored.substring(STRUCT_PREFIX.length()));
    return new PropertyValue.StructValue(readStruct(ByteBuffer.wrap(bytes), 0));
  }

  /** The bytes of the {@code Any}; the database's dialect says how they are kept. */
  static byte[] encode(PropertyValue.ProtoValue proto) {
    ByteArrayOutputStream any = new ByteArrayOutputStream();
    bytes(any, 1, proto.typeUrl().getBytes(StandardCharsets.UTF_8));
    bytes(any, 2, proto.message());
    return any.toByteArray();
  }

  /** Reads an {@code Any} that is kept as bytes or as their Base64. */
  static PropertyValue.ProtoValue decodeProto(Object stored) {
    ByteBuffer any =
        ByteBuffer.wrap(
            stored instanceof byte[] bytes ? bytes : Base64.getDecoder().decode((String) stored));
    String typeUrl = "";
    byte[] message = new byte[0];
    while (any.hasRemaining()) {
      int tag = (int) readVarint(any);
      byte[] value = readBytes(any);
      if (tag >> 3 == 1) {
        typeUrl = new String(value, StandardCharsets.UTF_8);
      } else {
        message = value;
      }
    }
    return new PropertyValue.ProtoValue(typeUrl, message);
  }

  private static byte[] struct(Map<?, ?> fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    fields.forEach(
        (name, value) -> {
          ByteArrayOutputStream entry = new ByteArrayOutputStream();
          bytes(entry, 1, String.valueOf(name).getBytes(StandardCharsets.UTF_8));
          bytes(entry, 2, value(value));
          bytes(out, 1, entry.toByteArray());
        });
    return out.toByteArray();
  }

  private static byte[] value(Object value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (value instanceof Double number) {
      varint(out, 2 << 3 | FIXED64);
      byte[] bits = new byte[Double.BYTES];
      ByteBuffer.wrap(bits).order(ByteOrder.LITTLE_ENDIAN).putDouble(number);
      out.writeBytes(bits);
    } else if (value instanceof String text) {
      bytes(out, 3, text.getBytes(StandardCharsets.UTF_8));
    } else if (value instanceof Boolean truth) {
      varint(out, 4 << 3 | VARINT);
      varint(out, truth ? 1 : 0);
    } else if (value instanceof Map<?, ?> fields) {
      bytes(out, 5, struct(fields));
    } else if (value instanceof List<?> items) {
      ByteArrayOutputStream list = new ByteArrayOutputStream();
      items.forEach(item -> bytes(list, 1, value(item)));
      bytes(out, 6, list.toByteArray());
    } else {
      throw new IllegalArgumentException("Not a field of a struct: " + value);
    }
    return out.toByteArray();
  }

  private static TreeMap<String, Object> readStruct(ByteBuffer in, int depth) {
    TreeMap<String, Object> fields = new TreeMap<>();
    while (in.hasRemaining()) {
      readVarint(in);
      ByteBuffer entry = ByteBuffer.wrap(readBytes(in));
      String name = "";
      Object value = "";
      while (entry.hasRemaining()) {
        long tag = readVarint(entry);
        byte[] part = readBytes(entry);
        if (tag >> 3 == 1) {
          name = new String(part, StandardCharsets.UTF_8);
        } else {
          value = readValue(ByteBuffer.wrap(part), depth + 1);
        }
      }
      fields.put(name, value);
    }
    return fields;
  }

  /** Reads one value; null, which Java maps do not hold, becomes the empty text. */
  private static Object readValue(ByteBuffer in, int depth) {
    if (depth > DEEPEST) {
      throw new MetadataStoreException(
          "Cannot read a struct property: it is nested more than %d deep. Store a flatter one."
              .formatted(DEEPEST));
    }
    Object value = "";
    while (in.hasRemaining()) {
      int field = (int) readVarint(in) >> 3;
      switch (field) {
        case 2 -> {
          value = in.order(ByteOrder.LITTLE_ENDIAN).getDouble();
          in.order(ByteOrder.BIG_ENDIAN);
        }
        case 3 -> value = new String(readBytes(in), StandardCharsets.UTF_8);
        case 4 -> value = readVarint(in) != 0;
        case 5 -> value = readStruct(ByteBuffer.wrap(readBytes(in)), depth);
        case 6 -> {
          List<Object> items = new ArrayList<>();
          ByteBuffer list = ByteBuffer.wrap(readBytes(in));
          while (list.hasRemaining()) {
            readVarint(list);
            items.add(readValue(ByteBuffer.wrap(readBytes(list)), depth + 1));
          }
          value = items;
        }
        default -> readVarint(in);
      }
    }
    return value;
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
    varint(out, field << 3 | BYTES);
    varint(out, value.length);
    out.writeBytes(value);
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out.write(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  private static byte[] readBytes(ByteBuffer in) {
    byte[] value = new byte[(int) Math.min(readVarint(in), in.remaining())];
    in.get(value);
    return value;
  }

  private static long readVarint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        break;
      }
    }
    return value;
  }
}
