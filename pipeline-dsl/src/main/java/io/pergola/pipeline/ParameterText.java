package io.pergola.pipeline;

import io.pergola.fingerprint.Lambdas;
import io.pergola.pipeline.internal.Records;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Parameter values as people read them: one line, the same in every run. */
final class ParameterText {
  private ParameterText() {}

  static String of(@Nullable Object value) {
    if (value == null) {
      return "none";
    }
    if (value instanceof Class<?> type) {
      return type.getSimpleName();
    }
    if (value instanceof Optional<?> optional) {
      return of(optional.orElse(null));
    }
    if (value instanceof Iterable<?> many && !(value instanceof Path)) {
      StringJoiner text = new StringJoiner(", ", "[", "]");
      many.forEach(one -> text.add(of(one)));
      return text.toString();
    }
    if (value instanceof Map<?, ?> map) {
      StringJoiner text = new StringJoiner(", ", "{", "}");
      map.forEach((key, one) -> text.add(of(key) + "=" + of(one)));
      return text.toString();
    }
    if (value.getClass().isArray()) {
      StringJoiner text = new StringJoiner(", ", "[", "]");
      for (int i = 0; i < Array.getLength(value); i++) {
        text.add(of(Array.get(value, i)));
      }
      return text.toString();
    }
    if (value instanceof Channel<?> || value instanceof OptionalChannel<?>) {
      return value.toString();
    }
    if (value instanceof Record record) {
      return ofRecord(record);
    }
    if (Lambdas.isLambda(value)) {
      return value instanceof Serializable lambda ? ofLambda(Lambdas.unwrap(lambda)) : "lambda";
    }
    return String.valueOf(value);
  }

  private static String ofRecord(Record record) {
    StringJoiner text = new StringJoiner(", ", record.getClass().getSimpleName() + "(", ")");
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      text.add(component.getName() + "=" + of(Records.value(record, component)));
    }
    return text.toString();
  }

  private static String ofLambda(SerializedLambda lambda) {
    String method = lambda.getImplMethodName();
    return method.startsWith("lambda$")
        ? "lambda in " + simple(lambda.getCapturingClass())
        : simple(lambda.getImplClass()) + "::" + (method.equals("<init>") ? "new" : method);
  }

  private static String simple(String internalName) {
    return internalName.substring(
        Math.max(internalName.lastIndexOf('/'), internalName.lastIndexOf('$')) + 1);
  }
}
