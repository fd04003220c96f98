package io.pergola.examplegen.internal.tfrecord;

import io.pergola.examplegen.TfRecordExampleGen.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Parses {@code tf.train.Example} and {@code tf.train.SequenceExample} from the bytes of their
 * protocol buffers, without making objects of them. Numbers may be packed or not; unknown fields
 * are skipped; of a key that occurs twice the last counts. Not thread-safe.
 *
 * <p>The messages: {@code Example {Features features = 1}}, {@code Features {map<string, Feature>
 * feature = 1}}, {@code Feature {oneof BytesList bytes_list = 1, FloatList float_list = 2,
 * Int64List int64_list = 3}}, lists {@code {repeated value = 1}}; {@code SequenceExample {Features
 * context = 1; FeatureLists feature_lists = 2}}, {@code FeatureLists {map<string, FeatureList>
 * feature_list = 1}}, {@code FeatureList {repeated Feature feature = 1}}.
 */
final class ExampleParser {
  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private static final int FIRST = 1 << 3 | LENGTH;
  private static final int SECOND = 2 << 3 | LENGTH;
  private static final int THIRD = 3 << 3 | LENGTH;

  private final FeatureSink sink;
  private final Message message;
  private byte[] in = new byte[0];
  private int position;

  /** Bytes that are no such message. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message, null, false, false);
    }
  }

  ExampleParser(FeatureSink sink, Message message) {
    this.sink = sink;
    this.message = message;
  }

  /** Parses one record. */
  void parse(byte[] bytes, int from, int to) throws MalformedException {
    in = bytes;
    position = from;
    while (position < to) {
      int tag = tag(to);
      if (tag == FIRST) {
        features(length(to), false);
      } else if (tag == SECOND && message == Message.SEQUENCE_EXAMPLE) {
        features(length(to), true);
      } else {
        skip(tag, to);
      }
    }
  }

  /** A map of features, or of lists of them. */
  private void features(int to, boolean lists) throws MalformedException {
    while (position < to) {
      int tag = tag(to);
      if (tag == FIRST) {
        entry(length(to), lists);
      } else {
        skip(tag, to);
      }
    }
  }

  private void entry(int to, boolean lists) throws MalformedException {
    int keyFrom = position;
    int keyTo = position;
    int valueFrom = to;
    int valueTo = to;
    while (position < to) {
      int tag = tag(to);
      if (tag == FIRST) {
        keyTo = length(to);
        keyFrom = position;
        position = keyTo;
      } else if (tag == SECOND) {
        valueTo = length(to);
        valueFrom = position;
        position = valueTo;
      } else {
        skip(tag, to);
      }
    }
    int feature = sink.feature(in, keyFrom, keyTo, lists);
    if (feature != FeatureSink.SKIPPED) {
      position = valueFrom;
      int values = lists ? steps(feature, valueTo) : feature(feature, valueTo);
      sink.end(feature, values);
    }
    position = to;
  }

  private int steps(int feature, int to) throws MalformedException {
    sink.present(feature);
    int values = 0;
    while (position < to) {
      int tag = tag(to);
      if (tag == FIRST) {
        int step = feature(feature, length(to));
        sink.endStep(feature, step);
        values += step;
      } else {
        skip(tag, to);
      }
    }
    return values;
  }

  private int feature(int feature, int to) throws MalformedException {
    int values = 0;
    int kind = 0;
    while (position < to) {
      int tag = tag(to);
      if (tag != FIRST && tag != SECOND && tag != THIRD) {
        skip(tag, to);
        continue;
      }
      if (kind != 0 && kind != tag) {
        throw new MalformedException("a feature has lists of two kinds");
      }
      kind = tag;
      sink.present(feature);
      int end = length(to);
      values +=
          tag == FIRST
              ? texts(feature, end)
              : tag == SECOND ? floats(feature, end) : longs(feature, end);
    }
    return values;
  }

  private int texts(int feature, int to) throws MalformedException {
    int values = 0;
    while (position < to) {
      int tag = tag(to);
      if (tag == FIRST) {
        int end = length(to);
        sink.bytes(feature, in, position, end);
        position = end;
        values++;
      } else {
        skip(tag, to);
      }
    }
    return values;
  }

  private int floats(int feature, int to) throws MalformedException {
    int values = 0;
    while (position < to) {
      int tag = tag(to);
      if (tag == FIRST) {
        int end = length(to);
        if ((end - position) % Float.BYTES != 0) {
          throw new MalformedException("a list of floats ends inside one");
        }
        for (; position < end; position += Float.BYTES) {
          sink.number(feature, (float) FLOATS.get(in, position));
          values++;
        }
      } else if (tag == (1 << 3 | FIXED32)) {
        require(to - position >= Float.BYTES);
        sink.number(feature, (float) FLOATS.get(in, position));
        position += Float.BYTES;
        values++;
      } else {
        skip(tag, to);
      }
    }
    return values;
  }

  private int longs(int feature, int to) throws MalformedException {
    int values = 0;
    while (position < to) {
      int tag = tag(to);
      if (tag == FIRST) {
        int end = length(to);
        while (position < end) {
          sink.whole(feature, varint(end));
          values++;
        }
      } else if (tag == (1 << 3 | VARINT)) {
        sink.whole(feature, varint(to));
        values++;
      } else {
        skip(tag, to);
      }
    }
    return values;
  }

  private int tag(int to) throws MalformedException {
    long tag = varint(to);
    if (tag >>> 3 == 0 || tag >>> 32 != 0) {
      throw new MalformedException("%d is no field".formatted(tag));
    }
    return (int) tag;
  }

  /** The end of what begins here with its length. */
  private int length(int to) throws MalformedException {
    long length = varint(to);
    require(length >= 0 && length <= to - position);
    return position + (int) length;
  }

  private long varint(int to) throws MalformedException {
    require(position < to);
    byte first = in[position++];
    if (first >= 0) {
      return first;
    }
    long value = first & 0x7f;
    for (int shift = 7; shift < Long.SIZE; shift += 7) {
      require(position < to);
      byte next = in[position++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedException("a number has more than ten bytes");
  }

  private void skip(int tag, int to) throws MalformedException {
    switch (tag & 7) {
      case VARINT -> varint(to);
      case FIXED64 -> position += Long.BYTES;
      case LENGTH -> position = length(to);
      case FIXED32 -> position += Integer.BYTES;
      default -> throw new MalformedException("%d is no type of field".formatted(tag & 7));
    }
    require(position <= to);
  }

  private static void require(boolean inside) throws MalformedException {
    if (!inside) {
      throw new MalformedException("a field ends after its message");
    }
  }
}
