package io.pergola.pipeline;

import io.pergola.pipeline.internal.Records;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The components of a component record, told apart: channels are inputs, the rest parameters. A
 * component inside of it is both: a parameter whose channels are inputs.
 *
 * @param inputs every channel, in the order of declaration
 * @param parameters parameter name to value
 * @param nulls names of the record components that are null and not declared {@code @Nullable}
 */
record ComponentValues(
    List<ComponentValues.Input> inputs,
    Map<String, @Nullable Object> parameters,
    List<String> nulls) {

  /** One channel under the name of its record component; {@code trips[0]} inside a list. */
  record Input(String name, Channel<?> channel, boolean optional) {}

  static ComponentValues of(Record component) {
    ComponentValues values =
        new ComponentValues(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
    for (RecordComponent declared : component.getClass().getRecordComponents()) {
      Object value = Records.value(component, declared);
      if (value == null && !isNullable(declared)) {
        values.nulls.add(declared.getName());
      } else if (holdsChannels(declared.getGenericType())) {
        values.addInputs(declared.getName(), value);
      } else {
        values.addInputsOfComponent(declared.getName(), value);
        values.parameters.put(declared.getName(), value);
      }
    }
    return values;
  }

  /** A component that another one works with hands on its inputs, and is a parameter itself. */
  private void addInputsOfComponent(String name, @Nullable Object value) {
    if (value instanceof Component<?> && value instanceof Record inner) {
      of(inner)
          .inputs
          .forEach(
              input ->
                  inputs.add(
                      new Input(name + "." + input.name(), input.channel(), input.optional())));
    }
  }

  private void addInputs(String name, @Nullable Object value) {
    if (value == null) {
      return;
    }
    if (value instanceof Channel<?> channel) {
      inputs.add(new Input(name, channel, false));
    } else if (value instanceof OptionalChannel<?> optional) {
      inputs.add(new Input(name, optional.channel(), true));
    } else if (value instanceof Optional<?> optional) {
      optional.ifPresent(v -> addInputs(name, v));
    } else if (value instanceof Iterable<?> many) {
      int i = 0;
      for (Object one : many) {
        addInputs(name + "[" + i++ + "]", one);
      }
    } else if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> sorted = new TreeMap<>();
      map.forEach((key, one) -> sorted.put(String.valueOf(key), one));
      sorted.forEach((key, one) -> addInputs(name + "[" + key + "]", one));
    } else if (value instanceof Record record) {
      for (RecordComponent inner : record.getClass().getRecordComponents()) {
        addInputs(name + "." + inner.getName(), Records.value(record, inner));
      }
    }
  }

  /** Whether a record component of this type is an input: a channel, or something of channels. */
  private static boolean holdsChannels(Type type) {
    if (type instanceof Class<?> c) {
      return c == Channel.class || c == OptionalChannel.class || isRecordOfChannels(c);
    }
    if (type instanceof ParameterizedType p) {
      if (holdsChannels(p.getRawType())) {
        return true;
      }
      for (Type argument : p.getActualTypeArguments()) {
        if (holdsChannels(argument)) {
          return true;
        }
      }
      return false;
    }
    return type instanceof WildcardType w && holdsChannels(w.getUpperBounds()[0]);
  }

  private static boolean isRecordOfChannels(Class<?> type) {
    if (!type.isRecord() || type.getRecordComponents().length == 0) {
      return false;
    }
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getType() != Channel.class && component.getType() != OptionalChannel.class) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNullable(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }
}
