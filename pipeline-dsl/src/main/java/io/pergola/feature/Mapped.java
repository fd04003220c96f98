package io.pergola.feature;

import io.pergola.fingerprint.CodeReference;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a function of the author's computes of an example. {@code docs/reference/feature-plans.md}
 * defines each.
 */
public sealed interface Mapped extends Expr {
  /** What the author calls the function. */
  String name();

  /** Which function it is. */
  CodeReference function();

  /** How a function is told of numbers that are missing. */
  enum Missing {
    /** It is not called where any number is missing: then the result is missing. */
    STAYS,
    /** A missing number is NaN for it, and a result of NaN is missing. */
    NAN
  }

  /** What a function takes. */
  enum Arguments {
    /** One number: {@link RowFunction.OfNumber}. */
    ONE,
    /** Two numbers: {@link RowFunction.OfTwoNumbers}. */
    TWO,
    /** Any number of numbers: {@link RowFunction.OfNumbers}. */
    MANY
  }

  /** A number made of numbers. */
  record Numbers(
      String name,
      CodeReference function,
      Arguments arguments,
      Missing missing,
      List<Expr.OfNumber> of)
      implements Mapped, Expr.OfNumber {
    public Numbers {
      requireName(name);
      of = List.copyOf(of);
      boolean right =
          switch (arguments) {
            case ONE -> of.size() == 1;
            case TWO -> of.size() == 2;
            case MANY -> !of.isEmpty();
          };
      if (!right) {
        throw new IllegalArgumentException(
            "Invalid numbers for function '%s': %d (it takes %s)"
                .formatted(
                    name, of.size(), arguments == Arguments.MANY ? "at least 1" : arguments));
      }
    }

    @Override
    public List<Expr> operands() {
      return List.copyOf(of);
    }

    @Override
    public String text() {
      String all = of.stream().map(Expr::text).collect(Collectors.joining(", "));
      String method = missing == Missing.STAYS ? "map" : "mapMissingAsNan";
      return arguments == Arguments.MANY
          ? "%sAll(\"%s\", %s)".formatted(method, name, all)
          : arguments == Arguments.ONE
              ? "%s.%s(\"%s\")".formatted(all, method, name)
              : "%s.%s(\"%s\", %s)".formatted(of.get(0).text(), method, name, of.get(1).text());
    }
  }

  /** A number made of a list of numbers; missing where the list is. */
  record NumberOfList(String name, CodeReference function, Expr.OfNumbers of)
      implements Mapped, Expr.OfNumber {
    public NumberOfList {
      requireName(name);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.mapToNumber(\"%s\")".formatted(of.text(), name);
    }
  }

  /** A number made of a text; missing where the text is. */
  record NumberOfText(String name, CodeReference function, Expr.OfText of)
      implements Mapped, Expr.OfNumber {
    public NumberOfText {
      requireName(name);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.mapToNumber(\"%s\")".formatted(of.text(), name);
    }
  }

  /** A text made of a text; missing where that is, and where the function gives null. */
  record TextOfText(String name, CodeReference function, Expr.OfText of)
      implements Mapped, Expr.OfText {
    public TextOfText {
      requireName(name);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.map(\"%s\")".formatted(of.text(), name);
    }
  }

  private static void requireName(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("Invalid name of a function: '' (must not be blank)");
    }
  }

  /**
   * The reference to a function.
   *
   * @param type how it is written
   * @param name what plans call it
   * @throws io.pergola.pipeline.PipelineException if it cannot be found again by its name
   */
  static <T extends RowFunction> CodeReference reference(Class<T> type, String name, T function) {
    return CodeReference.of(type, function, "function '%s'".formatted(name));
  }
}
