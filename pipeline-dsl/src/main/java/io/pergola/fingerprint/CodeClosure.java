package io.pergola.fingerprint;

import io.pergola.fingerprint.ClassFiles.ClassFile;
import io.pergola.fingerprint.ClassFiles.Method;
import io.pergola.pipeline.PipelineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The code that a lambda or a class can reach inside its own jar or folder, as a text that does not
 * change with anything but behaviour: constants resolved, no debug information, compiler-made names
 * numbered by first use. Calls that leave the jar or folder are named, and the other jar counts as
 * a whole.
 */
final class CodeClosure {
  private static final int SKIP = ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES;
  private static final String OURS = "io/pergola/";
  private static final Pattern OBJECT_TYPE = Pattern.compile("L([^;<]+)([;<])");
  private static final Pattern NUMBERED = Pattern.compile("(.*)\\$\\d+([^$]*)");

  private static final ClassValue<Optional<String>> CLASSES =
      new ClassValue<>() {
        @Override
        protected Optional<String> computeValue(Class<?> type) {
          return closureOf(type);
        }
      };

  private final ClassLoader loader;
  private final ClassFiles files;
  private final Deque<Unit> todo = new ArrayDeque<>();
  private final Set<Unit> seen = new HashSet<>();
  private final Map<Method, String> methodAliases = new HashMap<>();
  private final Map<String, String> typeAliases = new HashMap<>();
  private final SortedMap<String, SortedSet<String>> libraries = new TreeMap<>();
  private final StringBuilder out = new StringBuilder();

  private CodeClosure(ClassLoader loader, String home) {
    this.loader = loader;
    this.files = new ClassFiles(loader, home);
  }

  /** A part of the text: a method's body, or a class with every method. */
  private sealed interface Unit {
    record Body(Method method) implements Unit {}

    record Whole(String type) implements Unit {}
  }

  /**
   * The digest of a class: every method it declares, and what they reach.
   *
   * @param path names the value in error messages
   */
  static String ofClass(Class<?> type, String path) {
    if (type.isArray()) {
      return ofClass(type.getComponentType(), path);
    }
    if (CodeSources.isOfJdk(type)) {
      return Sha256.of(type.getName());
    }
    return guarded(path, type.getName(), () -> CLASSES.get(type))
        .orElseThrow(() -> unreadable(path, type.getName(), null));
  }

  /**
   * The digest of what a lambda runs, without what it captures.
   *
   * @param path names the value in error messages
   */
  static String ofLambda(SerializedLambda lambda, ClassLoader loader, String path) {
    String type = lambda.getImplClass();
    return guarded(
        path,
        type.replace('/', '.'),
        () -> {
          String source = CodeSources.of(loader).of(loader, type);
          if (source.equals(CodeSources.MISSING)) {
            throw unreadable(path, type.replace('/', '.'), null);
          }
          return new CodeClosure(loader, source).lambda(lambda);
        });
  }

  /**
   * The digest of what a lambda runs, without what it captures, the interface it is written as, the
   * initialiser of its own class unless its code reads a field, and Pergola: what stays the same
   * while a file outlives the release that wrote it.
   *
   * @param path names the value in error messages
   */
  static String ofFunction(SerializedLambda lambda, ClassLoader loader, String path) {
    String type = lambda.getImplClass();
    return guarded(
        path,
        type.replace('/', '.'),
        () -> {
          String source = CodeSources.of(loader).of(loader, type);
          if (source.equals(CodeSources.MISSING)) {
            throw unreadable(path, type.replace('/', '.'), null);
          }
          return source.equals(CodeSources.JDK)
              ? Sha256.of(
                  "jdk %s.%s%s"
                      .formatted(type, lambda.getImplMethodName(), lambda.getImplMethodSignature()))
              : new CodeClosure(loader, source).function(lambda);
        });
  }

  private static Optional<String> closureOf(Class<?> type) {
    String name = type.getName().replace('.', '/');
    ClassLoader loader = type.getClassLoader();
    String source = CodeSources.of(loader).of(loader, name);
    if (type.isHidden() || source.equals(CodeSources.MISSING)) {
      return Optional.empty();
    }
    CodeClosure closure = new CodeClosure(loader, source);
    closure.instantiated(name);
    return Optional.of(closure.digest());
  }

  private static <T> T guarded(String path, String type, Supplier<T> closure) {
    try {
      return closure.get();
    } catch (NativeCode e) {
      throw new PipelineException(
          ("Cannot fingerprint %s: it reaches native code in %s, whose changes cannot be seen. Give"
                  + " the component a version that you change with its code: codeVersion().")
              .formatted(path, e.getMessage()),
          e);
    } catch (UncheckedIOException | IllegalArgumentException e) {
      throw unreadable(path, type, e);
    }
  }

  private static PipelineException unreadable(
      String path, String type, @Nullable RuntimeException cause) {
    String message =
        ("Cannot fingerprint %s: the bytecode of %s cannot be read%s. Give the component a version"
                + " that you change with its code: codeVersion().")
            .formatted(path, type, cause == null ? "" : " (" + cause.getMessage() + ")");
    return cause == null ? new PipelineException(message) : new PipelineException(message, cause);
  }

  private String lambda(SerializedLambda lambda) {
    line("as", desc(lambda.getInstantiatedMethodType()));
    line("of", type(lambda.getFunctionalInterfaceClass()));
    instantiated(lambda.getFunctionalInterfaceClass());
    Method target =
        new Method(
            lambda.getImplClass(), lambda.getImplMethodName(), lambda.getImplMethodSignature());
    if (files.isHome(target.owner())) {
      methodAliases.put(target, "root");
    }
    switch (lambda.getImplMethodKind()) {
      case MethodHandleInfo.REF_newInvokeSpecial -> {
        instantiated(target.owner());
        line("new", call(target));
      }
      case MethodHandleInfo.REF_invokeStatic -> line("static", staticCall(target));
      default -> line("call", call(target));
    }
    return digest();
  }

  private String function(SerializedLambda lambda) {
    Method target =
        new Method(
            lambda.getImplClass(), lambda.getImplMethodName(), lambda.getImplMethodSignature());
    methodAliases.put(target, "root");
    line("function", lambda.getImplMethodKind(), call(target));
    follow();
    libraries.values().removeIf(types -> types.stream().allMatch(t -> t.startsWith(OURS)));
    return digest();
  }

  private void follow() {
    while (!todo.isEmpty()) {
      Unit unit = todo.remove();
      if (unit instanceof Unit.Body body) {
        body(body.method());
      } else if (unit instanceof Unit.Whole whole) {
        whole(whole.type());
      }
    }
  }

  private String digest() {
    follow();
    SortedSet<String> others = new TreeSet<>();
    libraries.forEach((source, types) -> others.add(library(source, types)));
    others.forEach(digest -> line("library", digest));
    return Sha256.of(out.toString());
  }

  /** A call of a method by name; the text says which. */
  String call(Method method) {
    if (!files.isHome(method.owner())) {
      leaves(method.owner());
      return type(method.owner()) + "." + method.name() + desc(method.descriptor());
    }
    Method declared = files.resolve(method);
    if (declared == null) {
      leavesByParents(method.owner());
      return type(method.owner()) + "." + method.name() + desc(method.descriptor());
    }
    enqueue(new Unit.Body(declared));
    return type(method.owner()) + " " + alias(declared);
  }

  /** A call of a static method, which also initialises the class. */
  String staticCall(Method method) {
    String text = call(method);
    initialised(method.owner());
    return text;
  }

  /** A field; reading or writing a static one initialises the class. */
  String field(String owner, String name, String descriptor, boolean isStatic) {
    String text = type(owner) + "." + name + " " + desc(descriptor);
    if (!files.isHome(owner)) {
      leaves(owner);
    } else if (isStatic) {
      initialised(owner);
      return text + " " + new ConstantField(name).of(files.read(owner).reader());
    }
    return text;
  }

  /** An object of the class may be called back by code that is not followed: take it whole. */
  void instantiated(String type) {
    String element = type.substring(type.lastIndexOf('[') + 1);
    if (files.isHome(element)) {
      enqueue(new Unit.Whole(element));
    } else {
      leaves(element);
    }
  }

  /** A class's name; those that the compiler numbers are numbered by first use instead. */
  String type(String name) {
    if (name.indexOf('$') < 0) {
      return name;
    }
    Matcher numbered = NUMBERED.matcher(name);
    if (numbered.matches() && files.isHome(name)) {
      String known = typeAliases.get(name);
      if (known == null) {
        known = type(numbered.group(1)) + "$#" + typeAliases.size() + numbered.group(2);
        typeAliases.put(name, known);
      }
      return known;
    }
    return name;
  }

  /** A descriptor or generic signature, its class names as {@link #type} has them. */
  String desc(@Nullable String descriptor) {
    if (descriptor == null || descriptor.indexOf('$') < 0) {
      return String.valueOf(descriptor);
    }
    return OBJECT_TYPE
        .matcher(descriptor)
        .replaceAll(m -> Matcher.quoteReplacement("L" + type(m.group(1)) + m.group(2)));
  }

  private void initialised(String type) {
    String next = type;
    while (next != null && files.isHome(next)) {
      ClassFile file = files.read(next);
      Method initialiser = new Method(next, "<clinit>", "()V");
      if (file.methods().containsKey(initialiser)) {
        enqueue(new Unit.Body(initialiser));
      }
      next = file.parent();
    }
  }

  private void enqueue(Unit unit) {
    if (seen.add(unit)) {
      todo.add(unit);
    }
  }

  private String alias(Method method) {
    String known = methodAliases.get(method);
    if (known != null) {
      return known;
    }
    String alias =
        isLambda(method)
            ? "lambda#" + methodAliases.size()
            : type(method.owner()) + "." + method.name() + desc(method.descriptor());
    methodAliases.put(method, alias);
    return alias;
  }

  private boolean isLambda(Method method) {
    int access = files.read(method.owner()).methods().getOrDefault(method, 0);
    return method.name().startsWith("lambda$") && (access & Opcodes.ACC_SYNTHETIC) != 0;
  }

  private void body(Method method) {
    line("method", alias(method));
    files
        .read(method.owner())
        .reader()
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public @Nullable MethodVisitor visitMethod(
                  int access,
                  String name,
                  String descriptor,
                  @Nullable String signature,
                  String @Nullable [] exceptions) {
                if (!name.equals(method.name()) || !descriptor.equals(method.descriptor())) {
                  return null;
                }
                if ((access & Opcodes.ACC_NATIVE) != 0) {
                  throw new NativeCode(method.owner().replace('/', '.') + "." + name);
                }
                line("access", access, desc(signature));
                return new MethodText(CodeClosure.this, CodeClosure.this::line);
              }
            },
            SKIP);
  }

  private void whole(String type) {
    ClassFile file = files.read(type);
    line("class", type(type));
    file.reader().accept(new ClassText(this, this::line), SKIP | ClassReader.SKIP_CODE);
    if (file.parent() != null) {
      instantiated(file.parent());
    }
    file.interfaces().forEach(this::instantiated);
    file.methods().keySet().stream()
        .filter(method -> !isLambda(method) && !method.name().equals("$deserializeLambda$"))
        .sorted(Comparator.comparing(Method::name).thenComparing(Method::descriptor))
        .forEach(
            method -> {
              line("has", alias(method));
              enqueue(new Unit.Body(method));
            });
  }

  private void leavesByParents(String type) {
    if (files.isHome(type)) {
      ClassFile file = files.read(type);
      if (file.parent() != null) {
        leavesByParents(file.parent());
      }
      file.interfaces().forEach(this::leavesByParents);
    } else {
      leaves(type);
    }
  }

  private void leaves(String type) {
    if (!type.startsWith("[")) {
      String source = CodeSources.of(loader).of(loader, type);
      if (!source.equals(CodeSources.JDK) && !source.equals(CodeSources.MISSING)) {
        libraries.computeIfAbsent(source, s -> new TreeSet<>()).add(type);
      }
    }
  }

  /** The digest of a jar or folder; where it cannot be listed, of the classes used of it. */
  private String library(String source, Set<String> types) {
    return CodeSources.of(loader)
        .digest(source)
        .orElseGet(() -> Sha256.of(String.join("\n", types.stream().map(this::bytes).toList())));
  }

  private String bytes(String type) {
    try (InputStream in = loader.getResourceAsStream(type + ".class")) {
      return type + " " + (in == null ? "missing" : Sha256.of(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the class file of " + type, e);
    }
  }

  private void line(Object... parts) {
    out.append(String.join(" ", List.of(parts).stream().map(String::valueOf).toList()));
    out.append('\n');
  }

  /** A reachable method has no bytecode to see. */
  private static final class NativeCode extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NativeCode(String method) {
      super(method);
    }
  }

  /** The ConstantValue of a static field, which no initialiser shows. */
  private static final class ConstantField extends ClassVisitor {
    private final String name;
    private String value = "";

    ConstantField(String name) {
      super(Opcodes.ASM9);
      this.name = name;
    }

    String of(ClassReader reader) {
      reader.accept(this, SKIP | ClassReader.SKIP_CODE);
      return value;
    }

    @Override
    public @Nullable FieldVisitor visitField(
        int access,
        String field,
        String descriptor,
        @Nullable String signature,
        @Nullable Object constant) {
      if (field.equals(name) && constant != null) {
        value = Constants.text(constant);
      }
      return null;
    }
  }
}
