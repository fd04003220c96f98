package io.pergola.fingerprint;

import io.pergola.pipeline.Channel;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.pipeline.PipelineException;
import io.pergola.pipeline.internal.Records;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One text for equal values and different texts for different ones: every part carries its type,
 * and its length where it is free text.
 */
final class CanonicalValue {
  private static final int MAX_DEPTH = 500;

  /** Final classes of the JDK whose text is one-to-one with their value. */
  private static final Set<Class<?>> BY_TEXT =
      Set.of(
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Character.class,
          String.class,
          BigInteger.class,
          BigDecimal.class,
          UUID.class,
          URI.class,
          Duration.class,
          Period.class,
          Instant.class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          ZonedDateTime.class,
          OptionalInt.class,
          OptionalLong.class);

  private final StringBuilder out = new StringBuilder();
  private final boolean code;
  private int depth;

  private CanonicalValue(boolean code) {
    this.code = code;
  }

  /** The text of a value, with the code of lambdas and of the classes in it. */
  static String withCode(@Nullable Object value, String path) {
    CanonicalValue canonical = new CanonicalValue(true);
    canonical.add(value, path);
    return canonical.out.toString();
  }

  /** The same without code: a stated version stands for it. */
  static String withoutCode(@Nullable Object value, String path) {
    CanonicalValue canonical = new CanonicalValue(false);
    canonical.add(value, path);
    return canonical.out.toString();
  }

  private void add(@Nullable Object value, String path) {
    if (++depth > MAX_DEPTH) {
      throw new PipelineException(
          "Cannot fingerprint %s: it is nested deeper than %d levels. Make it flatter, or free of cycles."
              .formatted(path, MAX_DEPTH));
    }
    if (value == null) {
      out.append("null;");
    } else if (BY_TEXT.contains(value.getClass())) {
      text(value.getClass().getSimpleName(), value.toString());
    } else if (value instanceof Float f) {
      text("Float", Integer.toHexString(Float.floatToIntBits(f)));
    } else if (value instanceof Double d) {
      text("Double", Long.toHexString(Double.doubleToLongBits(d)));
    } else if (!addOfJdk(value, path) && !addChannel(value)) {
      addOfAuthor(value, path);
    }
    depth--;
  }

  private boolean addOfJdk(Object value, String path) {
    if (value instanceof Path file) {
      text("Path", file.toString().replace(file.getFileSystem().getSeparator(), "/"));
    } else if (value instanceof ZoneId zone) {
      text("ZoneId", zone.getId());
    } else if (value instanceof Locale locale) {
      text("Locale", locale.toLanguageTag());
    } else if (value instanceof Charset charset) {
      text("Charset", charset.name());
    } else if (value instanceof Pattern pattern) {
      text("Pattern", pattern.flags() + " " + pattern.pattern());
    } else if (value instanceof OptionalDouble number) {
      add(number.isPresent() ? Optional.of(number.getAsDouble()) : Optional.empty(), path);
    } else if (value instanceof Optional<?> optional) {
      out.append("Optional(");
      optional.ifPresent(v -> add(v, path));
      out.append(");");
    } else if (value instanceof List<?> list) {
      addAll("List", list, path);
    } else if (value instanceof Set<?> set) {
      addSet(set, path);
    } else if (value instanceof Map<?, ?> map) {
      addMap(map, path);
    } else if (value instanceof Class<?> type) {
      text("Class", type.getName());
      addCode(type, path);
    } else {
      return false;
    }
    return true;
  }

  /** A channel counts by name; the artifact behind it counts by content, as an input. */
  private boolean addChannel(Object value) {
    if (value instanceof Channel<?> channel) {
      text("Channel", channel.toString());
    } else if (value instanceof OptionalChannel<?> optional) {
      text("OptionalChannel", optional.toString());
    } else {
      return false;
    }
    return true;
  }

  private void addOfAuthor(Object value, String path) {
    if (value instanceof Enum<?> constant) {
      text("Enum", constant.getDeclaringClass().getName() + "." + constant.name());
      addCode(constant.getDeclaringClass(), path);
    } else if (value instanceof Record record) {
      addRecord(record, path);
    } else if (Lambdas.isLambda(value) && value instanceof Serializable lambda) {
      addLambda(lambda, path);
    } else {
      throw new PipelineException(
          ("Cannot fingerprint %s of type %s: caching needs a value that can be compared across runs."
                  + " Use a record, an enum, a list, or a serializable lambda.")
              .formatted(path, value.getClass().getName()));
    }
  }

  private void addRecord(Record record, String path) {
    out.append("Record ").append(record.getClass().getName()).append('(');
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      out.append(component.getName()).append('=');
      add(Records.value(record, component), path + "." + component.getName());
    }
    out.append(");");
    addCode(record.getClass(), path);
  }

  private void addLambda(Serializable value, String path) {
    SerializedLambda lambda = Lambdas.unwrap(value);
    ClassLoader loader = value.getClass().getClassLoader();
    out.append("Lambda ");
    if (code) {
      out.append(CodeClosure.ofLambda(lambda, loader, path));
    }
    out.append('(');
    for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
      add(lambda.getCapturedArg(i), path + " captured argument " + i);
    }
    out.append(");");
  }

  private void addAll(String type, Iterable<?> values, String path) {
    out.append(type).append('[');
    int i = 0;
    for (Object value : values) {
      add(value, path + "[" + i++ + "]");
    }
    out.append("];");
  }

  private void addSet(Set<?> set, String path) {
    if (set instanceof SortedSet<?>) {
      addAll("SortedSet", set, path);
      return;
    }
    List<String> elements = new ArrayList<>();
    for (Object value : set) {
      elements.add(apart(value, path));
    }
    Collections.sort(elements);
    out.append("Set[").append(String.join("", elements)).append("];");
  }

  private void addMap(Map<?, ?> map, String path) {
    List<String> entries = new ArrayList<>();
    map.forEach((key, value) -> entries.add(apart(key, path) + apart(value, path + "." + key)));
    if (!(map instanceof SortedMap<?, ?>)) {
      Collections.sort(entries);
    }
    out.append(map instanceof SortedMap<?, ?> ? "SortedMap{" : "Map{");
    out.append(String.join("", entries)).append("};");
  }

  private String apart(@Nullable Object value, String path) {
    CanonicalValue part = new CanonicalValue(code);
    part.depth = depth;
    part.add(value, path);
    return part.out.toString();
  }

  private void addCode(Class<?> type, String path) {
    if (Release.covers(type)) {
      text("release", Release.of(type));
    } else if (code && !CodeSources.isOfJdk(type)) {
      text("code", CodeClosure.ofClass(type, path));
    }
  }

  private void text(String type, String text) {
    out.append(type).append(':').append(text.length()).append(':').append(text).append(';');
  }
}
