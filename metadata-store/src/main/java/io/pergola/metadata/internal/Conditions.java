package io.pergola.metadata.internal;

import io.pergola.metadata.Order;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The WHERE of a listing of nodes {@code n} of types {@code t}, and its page. */
final class Conditions {
  private final List<String> conditions = new ArrayList<>();
  private final List<Object> arguments = new ArrayList<>();

  void and(String condition, Object... values) {
    conditions.add(condition);
    Collections.addAll(arguments, values);
  }

  /** Adds {@code condition}, with one question mark, if there is a value. */
  void andIf(Optional<?> value, String condition) {
    value.ifPresent(present -> and(condition, present));
  }

  /** Only what comes after the end of a page. */
  void after(Order order, PageToken end) {
    String comparison = order.isDescending() ? "<" : ">";
    String column = column(order);
    and(
        "(%s %s ? OR (%s = ? AND n.\"id\" %s ?))".formatted(column, comparison, column, comparison),
        end.value(),
        end.value(),
        end.id());
  }

  String where() {
    return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
  }

  static String orderBy(Order order) {
    String direction = order.isDescending() ? " DESC" : " ASC";
    return " ORDER BY " + column(order) + direction + ", n.\"id\"" + direction;
  }

  Object[] arguments() {
    return arguments.toArray();
  }

  private static String column(Order order) {
    return switch (order) {
      case ID, ID_DESCENDING -> "n.\"id\"";
      case CREATED, CREATED_DESCENDING -> "n.\"create_time_since_epoch\"";
      case UPDATED, UPDATED_DESCENDING -> "n.\"last_update_time_since_epoch\"";
    };
  }
}
