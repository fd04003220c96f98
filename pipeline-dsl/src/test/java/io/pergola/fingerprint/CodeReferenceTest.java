package io.pergola.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.feature.RowFunction;
import io.pergola.pipeline.PipelineException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A function that a file names is found again where its code is, and nothing else ever is. */
class CodeReferenceTest {
  private static final String SOURCE =
      """
      package author;
      import io.pergola.feature.*;
      public class Fares {
        static final Columns<Object> TRIP = Columns.of();
        static final java.util.Map<String, String> STARTED =
            new java.util.TreeMap<>(java.util.Map.of("a", System.setProperty(
                "author.initialised", "yes") + ""));
        static int unrelated() { return 100; }
        public static RowFunction.OfNumber capped(double most) {
          return x -> x > most ? most : tripled(x);
        }
        public static RowFunction.OfNumber tripled() { return Fares::tripled; }
        public static RowFunction.OfText stripped() { return String::strip; }
        public static RowFunction.OfNumber halved() { return x -> x / 2; }
        public static java.util.function.DoubleUnaryOperator plain() { return x -> x / 2; }
        public static RowFunction.OfNumber held() { Object o = new Object(); return x -> o.hashCode(); }
        public RowFunction.OfNumber mine() { return x -> hashCode() + x; }
        static double tripled(double x) { return x * 3; }
      }
      """;

  @TempDir Path folder;

  private static Class<?> compiled(String source, Path folder) throws ClassNotFoundException {
    return Sources.empty().with("author/Fares", source).compile(folder).loadClass("author.Fares");
  }

  private static <T extends RowFunction> T made(Class<?> author, String method, Object... with)
      throws ReflectiveOperationException {
    Class<?>[] types = with.length == 0 ? new Class<?>[0] : new Class<?>[] {double.class};
    @SuppressWarnings("unchecked")
    T function = (T) author.getMethod(method, types).invoke(null, with);
    return function;
  }

  private static CodeReference reference(Class<?> author, String method, Object... with)
      throws ReflectiveOperationException {
    RowFunction.OfNumber function = made(author, method, with);
    return CodeReference.of(RowFunction.OfNumber.class, function, "function 'f'");
  }

  private static RowFunction.OfNumber find(CodeReference reference, Class<?> near) {
    return reference.find(RowFunction.OfNumber.class, near.getClassLoader(), "function 'f'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "return 100             | return 101                                              | true",
        "static int unrelated() | static Runnable r() { return () -> {}; } static int u() | true",
        "return x -> x / 2      | return x -> x / 4                                       | true",
        "x -> x > most ? most : tripled(x) | v -> v > most ? most : tripled(v)            | true",
        "x * 3                  | x * 4                                                   | false",
        "x > most ?             | x >= most ?                                             | false",
      })
  void onlyTheCodeThatItRunsCounts(String from, String to, boolean found) throws Exception {
    CodeReference reference = reference(compiled(SOURCE, folder.resolve("before")), "capped", 4.5);
    String edited = SOURCE.replace(from, to);
    assertThat(edited).isNotEqualTo(SOURCE);
    Class<?> after = compiled(edited, folder.resolve("after"));
    if (found) {
      assertThat(find(reference, after).of(1)).isEqualTo(3);
      assertThat(find(reference, after).of(9)).isEqualTo(4.5);
      assertThat(find(reference, after)).isSameAs(find(reference, after));
    } else {
      assertThatThrownBy(() -> find(reference, after))
          .isInstanceOf(PipelineException.class)
          .hasMessage(
              ("Cannot use function 'f': author.Fares has no such function with the code that it"
                      + " was kept with (%s...). Use the jar of then, or compute what holds it"
                      + " anew.")
                  .formatted(reference.code().substring(0, 12)));
    }
  }

  @Test
  void methodsAreFoundByNameAndThoseOfTheJdkToo() throws Exception {
    Class<?> before = compiled(SOURCE, folder.resolve("before"));
    Class<?> after = compiled(SOURCE.replace("return 100", "return 7"), folder.resolve("after"));
    CodeReference tripled = reference(before, "tripled");
    assertThat(tripled.method()).isEqualTo("tripled");
    assertThat(find(tripled, after).of(2)).isEqualTo(6);
    RowFunction.OfText strip = made(before, "stripped");
    CodeReference stripped =
        CodeReference.of(RowFunction.OfText.class, strip, "function 'stripped'");
    assertThat(stripped.kind()).isEqualTo(CodeReference.Kind.VIRTUAL);
    assertThat(
            stripped
                .find(RowFunction.OfText.class, after.getClassLoader(), "function 'stripped'")
                .of(" a "))
        .isEqualTo("a");
  }

  @Test
  void whatIsCapturedTravelsAndCountsAsAValue() throws Exception {
    Class<?> author = compiled(SOURCE, folder);
    CodeReference reference = reference(author, "capped", 0.1);
    assertThat(reference.captured()).containsExactly("double 0.1");
    assertThat(reference.code()).isEqualTo(reference(author, "capped", 0.2).code());
    assertThat(reference).isNotEqualTo(reference(author, "capped", 0.2));
    assertThat(find(reference, author).of(5)).isEqualTo(0.1);
    ObjectMapper json = new ObjectMapper();
    String text = json.writeValueAsString(reference);
    assertThat(json.readValue(text, CodeReference.class)).isEqualTo(reference);
  }

  @Test
  void noOtherCodeIsReachedAndNoClassInitialisedBefore() throws Exception {
    CodeReference halved = reference(compiled(SOURCE, folder.resolve("before")), "halved");
    System.clearProperty("author.initialised");
    Class<?> author = compiled(SOURCE, folder.resolve("after"));
    // The same code, but written as another interface.
    assertThatThrownBy(
            () ->
                halved.find(
                    RowFunction.OfTwoNumbers.class, author.getClassLoader(), "function 'f'"))
        .isInstanceOf(PipelineException.class);
    System.clearProperty("author.initialised");
    Class<?> again = compiled(SOURCE, folder.resolve("again"));
    for (CodeReference forged :
        List.of(
            new CodeReference(
                "author.Fares",
                "author.Fares",
                "tripled",
                "(D)D",
                CodeReference.Kind.STATIC,
                List.of(),
                "0123456789abcdef"),
            new CodeReference(
                "author.Fares",
                "author.Fares",
                CodeReference.LAMBDA,
                "(D)D",
                CodeReference.Kind.STATIC,
                List.of(),
                "0123456789abcdef"),
            new CodeReference(
                "java.lang.Math",
                "java.lang.Math",
                "sqrt",
                "(D)D",
                CodeReference.Kind.STATIC,
                List.of(),
                Sha256.of("jdk java/lang/Math.sqrt(D)D")))) {
      assertThatThrownBy(() -> find(forged, again))
          .isInstanceOf(PipelineException.class)
          .hasMessageStartingWith("Cannot use function 'f': " + forged.in() + " has no such");
    }
    assertThat(System.getProperty("author.initialised")).isNull();
    // The fingerprint of a method of the JDK is known to all; yet no class wrote this one down.
    CodeReference unwritten =
        new CodeReference(
            "author.Fares",
            "java.lang.Math",
            "sqrt",
            "(D)D",
            CodeReference.Kind.STATIC,
            List.of(),
            Sha256.of("jdk java/lang/Math.sqrt(D)D"));
    assertThatThrownBy(() -> find(unwritten, again))
        .hasMessageStartingWith("Cannot use function 'f': author.Fares has no such function");
  }

  @Test
  void aClassThatIsNotThereIsNamed() {
    CodeReference reference =
        new CodeReference(
            "author.Nowhere",
            "author.Nowhere",
            CodeReference.LAMBDA,
            "(D)D",
            CodeReference.Kind.STATIC,
            List.of(),
            "0123456789abcdef");
    assertThat(reference.isIn(CodeReferenceTest.class.getClassLoader())).isFalse();
    assertThatThrownBy(() -> find(reference, CodeReferenceTest.class))
        .isInstanceOf(PipelineException.class)
        .hasMessage(
            "Cannot use function 'f': its class author.Nowhere is not on the class path. Add the"
                + " jar that has it.");
  }

  /** Worker threads of an engine in the same process may not know the jar of the pipeline. */
  @Test
  void whatThisProcessReferredToIsFoundWhereTheLoaderLacksIt() throws Exception {
    Class<?> author = compiled(SOURCE, folder);
    CodeReference reference = reference(author, "halved");
    assertThat(reference.isIn(CodeReferenceTest.class.getClassLoader())).isFalse();
    assertThat(find(reference, CodeReferenceTest.class).of(4)).isEqualTo(2);
    assertThat(find(reference, CodeReferenceTest.class)).isSameAs(find(reference, author));
  }

  @Test
  void whatCannotBeFoundAgainIsRefused() throws Exception {
    Class<?> author = compiled(SOURCE, folder);
    RowFunction.OfNumber object =
        new RowFunction.OfNumber() {
          @Override
          public double of(double x) {
            return x;
          }
        };
    assertThatThrownBy(() -> CodeReference.of(RowFunction.OfNumber.class, object, "function 'f'"))
        .hasMessage(
            "Cannot keep function 'f': it is an object of %s, and only a lambda or method reference"
                    .formatted(object.getClass().getName())
                + " can be found again by its name. Write it as one.");
    assertThatThrownBy(() -> reference(author, "held"))
        .hasMessage(
            "Cannot keep function 'f': it captures an object of java.lang.Object, and only numbers,"
                + " truth values and texts can be kept. Copy what it needs of that into a local"
                + " variable.");
    RowFunction.OfNumber mine =
        (RowFunction.OfNumber)
            author.getMethod("mine").invoke(author.getConstructor().newInstance());
    assertThatThrownBy(() -> CodeReference.of(RowFunction.OfNumber.class, mine, "function 'f'"))
        .hasMessageStartingWith("Cannot keep function 'f': it captures ");
    assertThatThrownBy(
            () ->
                new CodeReference(
                    "a", "a", "b", "(D)D", CodeReference.Kind.STATIC, List.of("Double 1"), "c"))
        .hasMessage(
            "Invalid captured value: 'Double 1' (double, float, long, int, boolean or text, and the"
                + " value)");
  }
}
