package io.pergola.training;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Values that steer a training function, by name; they count in the node's cache key.
 *
 * @param values each a number, text, truth value, or a list of these; a learning rate is its text
 */
public record Hyperparameters(SortedMap<String, Object> values) {
  public Hyperparameters {
    SortedMap<String, Object> copy = new TreeMap<>();
    values.forEach((name, value) -> copy.put(name, checked(name, value)));
    values = Collections.unmodifiableSortedMap(copy);
  }

  /** Values by name. */
  public static Hyperparameters of(Map<String, ?> values) {
    return new Hyperparameters(new TreeMap<>(values));
  }

  /** The components of a record, by name. */
  public static Hyperparameters of(Record record) {
    SortedMap<String, Object> values = new TreeMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true);
        values.put(component.getName(), component.getAccessor().invoke(record));
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalArgumentException(
            "Cannot read hyperparameter '%s' of %s: %s. Make the record accessible."
                .formatted(component.getName(), record.getClass().getName(), e.getMessage()),
            e);
      }
    }
    return new Hyperparameters(values);
  }

  /**
   * The values as the record they were given as, or another with the same components.
   *
   * @throws TrainingException if a component has no value, or one of another type
   */
  public <R extends Record> R as(Class<R> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      arguments[i] = converted(value(components[i].getName()), types[i], components[i].getName());
    }
    try {
      Constructor<R> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "Cannot make %s of the hyperparameters: %s. Correct their values."
              .formatted(type.getName(), e.getCause() == null ? e : e.getCause().getMessage()),
          e);
    }
  }

  /** The file's name in the directory of hyperparameters that a tuner found best. */
  public static final String FILE = "hyperparameters.json";

  /**
   * Reads what a tuner found best.
   *
   * @throws TrainingException if it is not there, is damaged, or has a newer format
   */
  public static Hyperparameters read(Path directory) {
    return new Hyperparameters(TunerTrialsJson.readValues(directory.resolve(FILE)));
  }

  /** Writes the values into a directory, which is created if absent. */
  public void write(Path directory) {
    TunerTrialsJson.writeValues(values, directory.resolve(FILE));
  }

  /** A whole number. */
  public int integer(String name) {
    return (Integer) converted(value(name), int.class, name);
  }

  /** A number. */
  public double real(String name) {
    return (Double) converted(value(name), double.class, name);
  }

  /** A learning rate, given as one, as its text, or as a number. */
  public LearningRate learningRate(String name) {
    return (LearningRate) converted(value(name), LearningRate.class, name);
  }

  /** A text. */
  public String text(String name) {
    return String.valueOf(value(name));
  }

  /** Whole numbers, such as the sizes of hidden layers. */
  public int[] integers(String name) {
    if (!(value(name) instanceof List<?> list)) {
      throw wrongType(name, "a list of whole numbers");
    }
    return list.stream().mapToInt(one -> (Integer) converted(one, int.class, name)).toArray();
  }

  private Object value(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new TrainingException(
          ("Cannot find hyperparameter '%s': there are %s. Give it with"
                  + " Trainer.hyperparameters(...).")
              .formatted(name, values.keySet()));
    }
    return value;
  }

  static Object checked(String name, Object value) {
    if (value instanceof Enum<?> constant) {
      return constant.name();
    }
    if (value instanceof LearningRate rate) {
      return rate instanceof LearningRate.Constant constant ? constant.rate() : rate.toString();
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(one -> copy.add(checked(name, one)));
      return Collections.unmodifiableList(copy);
    }
    if (value instanceof Number || value instanceof String || value instanceof Boolean) {
      return value;
    }
    throw new IllegalArgumentException(
        "Invalid hyperparameter '%s': %s (numbers, text, truth values and lists of these)"
            .formatted(name, value == null ? "null" : value.getClass().getName()));
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private Object converted(Object value, Class<?> type, String name) {
    if (type == LearningRate.class) {
      return LearningRate.of(value.toString());
    }
    if (value instanceof Number number) {
      if (type == int.class || type == Integer.class) {
        if (number.doubleValue() != number.intValue()) {
          throw wrongType(name, "a whole number");
        }
        return number.intValue();
      } else if (type == long.class || type == Long.class) {
        return number.longValue();
      } else if (type == double.class || type == Double.class) {
        return number.doubleValue();
      } else if (type == float.class || type == Float.class) {
        return number.floatValue();
      }
    }
    if (type.isEnum() && value instanceof String constant) {
      return Enum.valueOf((Class<Enum>) type, constant);
    }
    if (type == boolean.class && value instanceof Boolean || type.isInstance(value)) {
      return value;
    }
    throw wrongType(name, type.getSimpleName());
  }

  private TrainingException wrongType(String name, String wanted) {
    return new TrainingException(
        "Cannot read hyperparameter '%s' as %s: it is %s. Correct its value."
            .formatted(name, wanted, values.get(name)));
  }
}
