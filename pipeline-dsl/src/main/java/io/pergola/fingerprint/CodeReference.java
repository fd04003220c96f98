package io.pergola.fingerprint;

import io.pergola.fingerprint.ClassFiles.Method;
import io.pergola.pipeline.PipelineException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;

/**
 * A lambda or method reference by name, so that a file can hold it: the class that it is written
 * in, the method that implements it, what it captures, and the fingerprint of its code. {@code
 * docs/reference/fingerprints.md} says what counts.
 *
 * <p>It is found again only where a class on the class path has the same lambda of the same
 * interface with the same code: nothing else can be reached through a file, no bytes of objects are
 * read, and no class is initialised before its code is compared.
 *
 * @param in the class that the lambda is written in, {@code taxi.TaxiFeatures}
 * @param owner the class that has the implementing method
 * @param method its name; {@link #LAMBDA} for a lambda's body, which is found by its code
 * @param descriptor its parameters and result as class files name them, {@code (D)D}
 * @param kind how it is called
 * @param captured what the lambda captures, each a type and a value, {@code double 0.2}
 * @param code SHA-256 of the code, in hexadecimal
 */
public record CodeReference(
    String in,
    String owner,
    String method,
    String descriptor,
    Kind kind,
    List<String> captured,
    String code)
    implements Serializable {

  /** What {@link #method} says of a lambda's body, to which compilers give changing names. */
  public static final String LAMBDA = "lambda";

  private static final String BODY = "lambda$";

  /**
   * The classes whose lambdas were referred to in this process, by name. An engine inside it can
   * have worker threads that know only Pergola's own class path, and not a pipeline's jar.
   */
  private static final Map<String, WeakReference<Class<?>>> REFERRED = new ConcurrentHashMap<>();

  private static final ClassValue<Map<Wanted, Object>> FOUND =
      new ClassValue<>() {
        @Override
        protected Map<Wanted, Object> computeValue(Class<?> type) {
          return new ConcurrentHashMap<>();
        }
      };

  public CodeReference {
    captured = List.copyOf(captured);
    captured.forEach(CodeReference::value);
  }

  /** How a method is called. */
  public enum Kind {
    /** Without an object. */
    STATIC(MethodHandleInfo.REF_invokeStatic),
    /** On its first argument, {@code String::strip}. */
    VIRTUAL(MethodHandleInfo.REF_invokeVirtual),
    /** On its first argument, whose type is an interface. */
    INTERFACE(MethodHandleInfo.REF_invokeInterface),
    /** As a constructor, {@code String::new}. */
    NEW(MethodHandleInfo.REF_newInvokeSpecial);

    private final int reference;

    Kind(int reference) {
      this.reference = reference;
    }
  }

  private record Wanted(Class<?> type, CodeReference reference) {}

  /**
   * The reference to a lambda or method reference.
   *
   * @param type the interface that it is written as, with one abstract method and no type
   *     parameters
   * @param what names it in messages, {@code function 'tip'}
   * @throws PipelineException if it is no lambda, or captures anything but numbers, truth values
   *     and texts, or its code cannot be read
   */
  public static <T extends Serializable> CodeReference of(Class<T> type, T lambda, String what) {
    if (!Lambdas.isLambda(lambda)) {
      throw new PipelineException(
          ("Cannot keep %s: it is an object of %s, and only a lambda or method reference can be"
                  + " found again by its name. Write it as one.")
              .formatted(what, lambda.getClass().getName()));
    }
    SerializedLambda serialized = Lambdas.unwrap(lambda);
    List<String> captured = new ArrayList<>();
    for (int i = 0; i < serialized.getCapturedArgCount(); i++) {
      captured.add(text(serialized.getCapturedArg(i), what));
    }
    Kind kind =
        Arrays.stream(Kind.values())
            .filter(k -> k.reference == serialized.getImplMethodKind())
            .findFirst()
            .orElseThrow(() -> captures(what, "the object that it is written in"));
    String name = serialized.getImplMethodName();
    CodeReference reference =
        new CodeReference(
            serialized.getCapturingClass().replace('/', '.'),
            serialized.getImplClass().replace('/', '.'),
            name.startsWith(BODY) ? LAMBDA : name,
            serialized.getImplMethodSignature(),
            kind,
            captured,
            CodeClosure.ofFunction(serialized, lambda.getClass().getClassLoader(), what));
    if (!reference.isWrittenAs(type, serialized)) {
      throw new PipelineException(
          "Cannot keep %s: it is written as %s. Write it as %s."
              .formatted(
                  what,
                  serialized.getFunctionalInterfaceClass().replace('/', '.'),
                  type.getName()));
    }
    Class<?> holder = load(reference.in, lambda.getClass().getClassLoader());
    if (holder != null) {
      REFERRED.put(reference.in, new WeakReference<>(holder));
    }
    return reference;
  }

  private static @Nullable Class<?> load(String name, @Nullable ClassLoader loader) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }

  private boolean isWrittenAs(Class<?> type, SerializedLambda lambda) {
    return lambda.getFunctionalInterfaceClass().equals(internal(type.getName()));
  }

  /** Whether the class that the lambda is written in is there, with the same code or another. */
  public boolean isIn(ClassLoader loader) {
    return load(in, loader) != null;
  }

  /**
   * The lambda that is meant; the same object for the same class loader.
   *
   * @param type the interface that it is written as
   * @param loader where to look for its class; if it is not there, and {@link #of} was called for a
   *     lambda of a class of that name in this process, that class is taken
   * @param what names it in messages, {@code function 'tip'}
   * @throws PipelineException if its class is not there, or its code is another
   */
  public <T extends Serializable> T find(Class<T> type, ClassLoader loader, String what) {
    Class<?> holder = load(in, loader);
    WeakReference<Class<?>> referred = REFERRED.get(in);
    if (holder == null && referred != null) {
      holder = referred.get();
    }
    if (holder == null) {
      throw new PipelineException(
          "Cannot use %s: its class %s is not on the class path. Add the jar that has it."
              .formatted(what, in));
    }
    Class<?> found = holder;
    Object lambda =
        FOUND.get(found).computeIfAbsent(new Wanted(type, this), w -> search(type, found, what));
    return type.cast(lambda);
  }

  private Object search(Class<?> type, Class<?> holder, String what) {
    ClassLoader loader = holder.getClassLoader();
    if (loader == null) {
      throw other(what);
    }
    for (String name : candidates(loader)) {
      SerializedLambda lambda = lambda(type, holder, name);
      if (CodeClosure.ofFunction(lambda, loader, what).equals(code)) {
        Object made = make(holder, lambda, what);
        if (made != null && type.isInstance(made)) {
          return made;
        }
      }
    }
    throw other(what);
  }

  /** The names that the implementing method can have. */
  private List<String> candidates(ClassLoader loader) {
    String type = internal(owner);
    String source = CodeSources.of(loader).of(loader, type);
    if (source.equals(CodeSources.MISSING)) {
      return List.of();
    } else if (!method.equals(LAMBDA)) {
      return List.of(method);
    }
    try {
      Map<Method, Integer> methods = new ClassFiles(loader, source).read(type).methods();
      return methods.entrySet().stream()
          .filter(entry -> (entry.getValue() & Opcodes.ACC_SYNTHETIC) != 0)
          .map(Map.Entry::getKey)
          .filter(m -> m.name().startsWith(BODY) && m.descriptor().equals(descriptor))
          .map(Method::name)
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      return List.of();
    }
  }

  private SerializedLambda lambda(Class<?> type, Class<?> holder, String name) {
    java.lang.reflect.Method only =
        Arrays.stream(type.getMethods())
            .filter(m -> Modifier.isAbstract(m.getModifiers()))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("No function: " + type));
    String signature =
        MethodType.methodType(only.getReturnType(), only.getParameterTypes())
            .toMethodDescriptorString();
    return new SerializedLambda(
        holder,
        internal(type.getName()),
        only.getName(),
        signature,
        kind.reference,
        internal(owner),
        name,
        descriptor,
        signature,
        captured.stream().map(CodeReference::value).toArray());
  }

  /** Has the class make its own lambda; null if no such one is written in it. */
  private static @Nullable Object make(Class<?> holder, SerializedLambda lambda, String what) {
    try {
      java.lang.reflect.Method maker =
          holder.getDeclaredMethod("$deserializeLambda$", SerializedLambda.class);
      maker.setAccessible(true);
      return maker.invoke(null, lambda);
    } catch (NoSuchMethodException e) {
      return null;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        return null;
      }
      throw unusable(what, e.getCause() == null ? e : e.getCause());
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      throw unusable(what, e);
    }
  }

  private PipelineException other(String what) {
    return new PipelineException(
        ("Cannot use %s: %s has no such function with the code that it was kept with (%s...). Use the"
                + " jar of then, or compute what holds it anew.")
            .formatted(what, in, code.substring(0, Math.min(12, code.length()))));
  }

  private static PipelineException unusable(String what, Throwable cause) {
    return new PipelineException(
        "Cannot use %s: making it failed (%s). Correct its class.".formatted(what, cause), cause);
  }

  private static PipelineException captures(String what, String captured) {
    return new PipelineException(
        ("Cannot keep %s: it captures %s, and only numbers, truth values and texts can be kept. Copy"
                + " what it needs of that into a local variable.")
            .formatted(what, captured));
  }

  private static String internal(String name) {
    return name.replace('.', '/');
  }

  private static String text(Object captured, String what) {
    String type =
        captured instanceof Double
            ? "double"
            : captured instanceof Float
                ? "float"
                : captured instanceof Long
                    ? "long"
                    : captured instanceof Integer
                        ? "int"
                        : captured instanceof Boolean
                            ? "boolean"
                            : captured instanceof String ? "text" : "";
    if (type.isEmpty()) {
      throw captures(what, "an object of " + captured.getClass().getName());
    }
    return type + " " + captured;
  }

  private static Object value(String captured) {
    int space = captured.indexOf(' ');
    String text = captured.substring(space + 1);
    return switch (captured.substring(0, Math.max(0, space))) {
      case "double" -> Double.valueOf(text);
      case "float" -> Float.valueOf(text);
      case "long" -> Long.valueOf(text);
      case "int" -> Integer.valueOf(text);
      case "boolean" -> Boolean.valueOf(text);
      case "text" -> text;
      default ->
          throw new IllegalArgumentException(
              "Invalid captured value: '%s' (double, float, long, int, boolean or text, and the value)"
                  .formatted(captured));
    };
  }
}
