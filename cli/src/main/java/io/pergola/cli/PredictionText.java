package io.pergola.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.feature.Expr;
import io.pergola.model.Predictions;
import io.pergola.model.Servable;
import io.pergola.model.Task;
import io.pergola.transform.Fitted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/** How predictions are shown: a number or probability, or a probability for each class. */
final class PredictionText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Task task;
  private final List<String> classes;

  private PredictionText(Task task, List<String> classes) {
    this.task = task;
    this.classes = classes;
  }

  static PredictionText of(Servable servable) {
    List<String> classes = new ArrayList<>();
    int outputs = servable.signature().outputs();
    for (int i = 0; i < outputs; i++) {
      classes.add(Integer.toString(i));
    }
    for (Expr label : servable.plan().plan().labels().values()) {
      for (Fitted fitted : servable.plan().fitted()) {
        if (fitted instanceof Fitted.Vocabulary vocabulary && fitted.of().equals(label)) {
          for (int i = 0; i < Math.min(outputs, vocabulary.terms().size()); i++) {
            classes.set(i, vocabulary.terms().text(i));
          }
        }
      }
    }
    return new PredictionText(servable.signature().task(), classes);
  }

  /** The header line of a CSV file of predictions. */
  String header() {
    if (task != Task.MULTICLASS) {
      return "line,prediction";
    }
    StringBuilder header = new StringBuilder("line,class");
    classes.forEach(name -> header.append(',').append(cell("probability of " + name)));
    return header.toString();
  }

  String csv(Predictions predictions, int row, long line) {
    StringBuilder text = new StringBuilder().append(line);
    if (task == Task.MULTICLASS) {
      text.append(',').append(cell(classes.get(likeliest(predictions, row))));
    }
    for (int i = 0; i < predictions.width(); i++) {
      text.append(',').append(predictions.value(row, i));
    }
    return text.toString();
  }

  String json(Predictions predictions, int row) {
    return json(predictions, row, OptionalLong.empty());
  }

  String json(Predictions predictions, int row, long line) {
    return json(predictions, row, OptionalLong.of(line));
  }

  private String json(Predictions predictions, int row, OptionalLong line) {
    Map<String, Object> object = new LinkedHashMap<>();
    line.ifPresent(number -> object.put("line", number));
    if (task == Task.MULTICLASS) {
      object.put("class", classes.get(likeliest(predictions, row)));
      Map<String, Object> probabilities = new LinkedHashMap<>();
      for (int i = 0; i < predictions.width(); i++) {
        probabilities.put(classes.get(i), plain(predictions.value(row, i)));
      }
      object.put("probabilities", probabilities);
    } else {
      object.put("prediction", plain(predictions.value(row, 0)));
    }
    try {
      return JSON.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a prediction as JSON.", e);
    }
  }

  List<String> table(Predictions predictions, int row) {
    if (task != Task.MULTICLASS) {
      Table table = new Table(task == Task.BINARY ? ">PROBABILITY" : ">PREDICTION");
      table.add(Float.toString(predictions.value(row, 0)));
      return table.lines();
    }
    Table table = new Table("CLASS", ">PROBABILITY");
    for (int i = 0; i < predictions.width(); i++) {
      table.add(Text.plain(classes.get(i)), Float.toString(predictions.value(row, i)));
    }
    return table.lines();
  }

  private static int likeliest(Predictions predictions, int row) {
    int best = 0;
    for (int i = 1; i < predictions.width(); i++) {
      if (predictions.value(row, i) > predictions.value(row, best)) {
        best = i;
      }
    }
    return best;
  }

  private static Object plain(float value) {
    return Float.isFinite(value) ? (Object) value : Objects.toString(value);
  }

  private static String cell(String text) {
    return text.matches("[^,\"\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
