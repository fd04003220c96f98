package io.pergola.validation.tensorflow;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.UUID;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads and writes files of one message: binary, as text, or as the records of a TFRecord file. */
final class MessageFile {
  private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;
  private static final int MASK_DELTA = 0xa282ead8;
  private static final int GZIP_MAGIC = 0x8b1f;

  private MessageFile() {}

  /**
   * Reads a file in whatever form it is; a file named {@code .pbtxt} is text. The messages of
   * several records are merged, as the format has it.
   *
   * @throws IllegalArgumentException if it holds no such message
   */
  static DynamicMessage read(Path file, Descriptor type) {
    byte[] bytes = bytes(file, type);
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".pbtxt") || name.endsWith(".textproto") || name.endsWith(".txt")) {
      return parseText(bytes, file, type);
    }
    DynamicMessage message =
        isRecords(bytes) ? parseRecords(bytes, file, type) : parse(bytes, file, type);
    boolean onlyUnknown =
        message.getAllFields().isEmpty() && !message.getUnknownFields().asMap().isEmpty();
    if (onlyUnknown) {
      throw unreadable(file, type, "none of its fields is one of these", null);
    }
    return message;
  }

  /** The text form, in UTF-8. */
  static String print(Message message) {
    return TextFormat.printer().escapingNonAscii(false).printToString(message);
  }

  /** Writes bytes by a temporary file beside the file. */
  static void write(byte[] bytes, Path file) {
    Path absolute = file.toAbsolutePath();
    Path temporary = absolute.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      Files.createDirectories(absolute.resolve("..").normalize());
      Files.write(temporary, bytes);
      Files.move(
          temporary, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Path file, Descriptor type) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      boolean isGzip =
          bytes.length > 1 && ((bytes[1] & 0xff) << 8 | (bytes[0] & 0xff)) == GZIP_MAGIC;
      if (!isGzip) {
        return bytes;
      }
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        return in.readAllBytes();
      } catch (IOException e) {
        throw unreadable(file, type, "its gzip data are damaged (%s)".formatted(e.getMessage()), e);
      }
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          "Cannot read %s: there is no such file. Correct the path.".formatted(file), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DynamicMessage parseText(byte[] bytes, Path file, Descriptor type) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      TextFormat.getParser().merge(text, message);
      return message.build();
    } catch (CharacterCodingException e) {
      throw unreadable(file, type, "it is not text in UTF-8", e);
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(
          "Cannot read %s line %d column %d: %s. Correct the file; %s is expected in it."
              .formatted(file, e.getLine(), e.getColumn(), message(e), name(type)),
          e);
    }
  }

  /** What the parser says, without the position that it begins with, nor a last full stop. */
  private static String message(TextFormat.ParseException e) {
    return String.valueOf(e.getMessage()).replaceFirst("^\\d+:\\d+: ", "").replaceFirst("\\.$", "");
  }

  private static DynamicMessage parse(byte[] bytes, Path file, Descriptor type) {
    try {
      return DynamicMessage.parseFrom(type, bytes);
    } catch (InvalidProtocolBufferException e) {
      throw unreadable(file, type, "it is damaged, or no such message", e);
    }
  }

  private static DynamicMessage parseRecords(byte[] bytes, Path file, Descriptor type) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    DynamicMessage.Builder all = DynamicMessage.newBuilder(type);
    while (in.hasRemaining()) {
      int at = in.position();
      if (in.remaining() < HEADER_BYTES || !isCrc(bytes, at, Long.BYTES)) {
        throw brokenRecord(file, at, "the checksum of the record's length is wrong");
      }
      long length = in.getLong(at);
      if (length < 0 || length > in.remaining() - HEADER_BYTES - Integer.BYTES) {
        throw brokenRecord(file, at, "the file ends inside a record");
      }
      if (!isCrc(bytes, at + HEADER_BYTES, (int) length)) {
        throw brokenRecord(file, at, "the checksum of the record's data is wrong");
      }
      byte[] record = new byte[(int) length];
      System.arraycopy(bytes, at + HEADER_BYTES, record, 0, record.length);
      all.mergeFrom(parse(record, file, type));
      in.position(at + HEADER_BYTES + record.length + Integer.BYTES);
    }
    return all.build();
  }

  private static boolean isRecords(byte[] bytes) {
    return bytes.length >= HEADER_BYTES && isCrc(bytes, 0, Long.BYTES);
  }

  /** Whether the masked checksum of some bytes stands after them. */
  private static boolean isCrc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    int value = (int) crc.getValue();
    int stored = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(from + length);
    return (value >>> 15 | value << 17) + MASK_DELTA == stored;
  }

  private static IllegalArgumentException brokenRecord(Path file, int at, String fact) {
    return new IllegalArgumentException(
        "Cannot read %s at byte %d: %s. Write the file again.".formatted(file, at, fact));
  }

  private static IllegalArgumentException unreadable(
      Path file, Descriptor type, String fact, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "Cannot read %s as %s: %s. Give a file that TensorFlow's tools wrote, named .pbtxt if it is text."
            .formatted(file, name(type), fact),
        cause);
  }

  private static String name(Descriptor type) {
    return type.getFullName();
  }
}
