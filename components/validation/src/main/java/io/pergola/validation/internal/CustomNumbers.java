package io.pergola.validation.internal;

import io.pergola.beam.Varint;
import io.pergola.validation.CustomStatistic;
import io.pergola.validation.StatisticGenerator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The accumulators of authors' generators. Read back without their generators they keep their
 * numbers, but do not merge: the merged statistics lack them.
 */
final class CustomNumbers {
  private static final CustomNumbers NONE = new CustomNumbers();

  private final TreeMap<String, Entry> entries = new TreeMap<>();

  /**
   * One generator's.
   *
   * @param generator null where it is not known
   * @param accumulator null where the generator is not known
   * @param stored what was read, while the generator is not known
   * @param numbers what was read, while the generator is not known
   */
  @SuppressWarnings("ArrayRecordComponent") // Local to this class, never compared.
  private record Entry(
      @Nullable StatisticGenerator<Object, Serializable> generator,
      @Nullable Serializable accumulator,
      byte[] stored,
      Map<String, Double> numbers) {}

  /** No generators. */
  static CustomNumbers none() {
    return NONE;
  }

  /** These numbers, and what the generators add to them. */
  CustomNumbers with(List<? extends StatisticGenerator<?, ?>> generators, Object input) {
    if (generators.isEmpty()) {
      return this;
    }
    CustomNumbers result = new CustomNumbers();
    result.entries.putAll(entries);
    for (StatisticGenerator<?, ?> one : generators) {
      StatisticGenerator<Object, Serializable> generator = generic(one);
      Entry known = entries.get(one.name());
      Serializable accumulator =
          known == null || known.accumulator == null ? generator.create() : known.accumulator;
      result.entries.put(
          one.name(),
          new Entry(generator, generator.add(accumulator, input), new byte[0], Map.of()));
    }
    return result;
  }

  CustomNumbers merged(CustomNumbers other) {
    if (other.entries.isEmpty()) {
      return this;
    }
    if (entries.isEmpty()) {
      return other;
    }
    CustomNumbers result = new CustomNumbers();
    result.entries.putAll(entries);
    other.entries.forEach(
        (name, theirs) -> {
          Entry ours = result.entries.get(name);
          if (ours == null) {
            result.entries.put(name, theirs);
          } else if (ours.generator == null
              || ours.accumulator == null
              || theirs.accumulator == null) {
            result.entries.remove(name);
          } else {
            result.entries.put(
                name,
                new Entry(
                    ours.generator,
                    ours.generator.merge(ours.accumulator, theirs.accumulator),
                    new byte[0],
                    Map.of()));
          }
        });
    return result;
  }

  /** The numbers, in name order. */
  List<CustomStatistic> statistics() {
    List<CustomStatistic> found = new ArrayList<>();
    entries.forEach(
        (name, entry) ->
            new TreeMap<>(numbers(entry))
                .forEach(
                    (number, value) -> found.add(new CustomStatistic(name + "." + number, value))));
    return found;
  }

  private static Map<String, Double> numbers(Entry entry) {
    return entry.generator == null || entry.accumulator == null
        ? entry.numbers
        : entry.generator.result(entry.accumulator);
  }

  void write(DataOutput out) throws IOException {
    Varint.write(out, entries.size());
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      out.writeUTF(entry.getKey());
      byte[] bytes =
          entry.getValue().accumulator == null
              ? entry.getValue().stored
              : bytes(entry.getValue().accumulator);
      Varint.write(out, bytes.length);
      out.write(bytes);
      Map<String, Double> numbers = new TreeMap<>(numbers(entry.getValue()));
      Varint.write(out, numbers.size());
      for (Map.Entry<String, Double> number : numbers.entrySet()) {
        out.writeUTF(number.getKey());
        out.writeDouble(number.getValue());
      }
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param generators those that are known
   */
  static CustomNumbers read(DataInput in, List<? extends StatisticGenerator<?, ?>> generators)
      throws IOException {
    int size = (int) Varint.read(in);
    if (size == 0) {
      return NONE;
    }
    CustomNumbers result = new CustomNumbers();
    for (int i = 0; i < size; i++) {
      String name = in.readUTF();
      byte[] bytes = new byte[(int) Varint.read(in)];
      in.readFully(bytes);
      Map<String, Double> numbers = new TreeMap<>();
      int count = (int) Varint.read(in);
      for (int n = 0; n < count; n++) {
        numbers.put(in.readUTF(), in.readDouble());
      }
      result.entries.put(name, entry(name, bytes, numbers, generators));
    }
    return result;
  }

  private static Entry entry(
      String name,
      byte[] bytes,
      Map<String, Double> numbers,
      List<? extends StatisticGenerator<?, ?>> generators) {
    for (StatisticGenerator<?, ?> generator : generators) {
      if (generator.name().equals(name)) {
        return new Entry(
            generic(generator),
            accumulator(bytes, generator.getClass().getClassLoader()),
            new byte[0],
            Map.of());
      }
    }
    return new Entry(null, null, bytes, numbers);
  }

  @SuppressWarnings("unchecked")
  private static StatisticGenerator<Object, Serializable> generic(StatisticGenerator<?, ?> one) {
    return (StatisticGenerator<Object, Serializable>) one;
  }

  private static byte[] bytes(Serializable accumulator) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(accumulator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static Serializable accumulator(byte[] bytes, @Nullable ClassLoader loader) {
    try (ObjectInputStream in = new LoadedInput(new ByteArrayInputStream(bytes), loader)) {
      return (Serializable) in.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "Cannot read the accumulator of a statistic: class %s is not there. Keep it beside its generator."
              .formatted(e.getMessage()),
          e);
    }
  }

  /** Finds classes where the generator's was found. */
  private static final class LoadedInput extends ObjectInputStream {
    private final @Nullable ClassLoader loader;

    LoadedInput(InputStream in, @Nullable ClassLoader loader) throws IOException {
      super(in);
      this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass type)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(type.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(type);
      }
    }
  }
}
