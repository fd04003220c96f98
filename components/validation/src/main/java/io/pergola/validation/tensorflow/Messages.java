package io.pergola.validation.tensorflow;

import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.pergola.validation.AnomalyType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The messages of {@code tensorflow.metadata.v0}, made from the table in {@code messages.txt}.
 * Names of messages are ours, since neither the binary nor the text form has them; names and
 * numbers of fields and of the values of enums are the public ones.
 */
final class Messages {
  static final Descriptor SCHEMA;
  static final Descriptor FEATURE;
  static final Descriptor STATISTICS;
  static final Descriptor ANOMALIES;
  static final Descriptor LANGUAGE;

  private static final String TABLE = "messages.txt";
  private static final String PACKAGE = "tensorflow.metadata.v0";
  private static final String ANOMALY_TYPE = "AnomalyInfoType";

  static {
    FileDescriptor file = build();
    SCHEMA = file.findMessageTypeByName("Schema");
    FEATURE = file.findMessageTypeByName("Feature");
    STATISTICS = file.findMessageTypeByName("DatasetFeatureStatisticsList");
    ANOMALIES = file.findMessageTypeByName("Anomalies");
    LANGUAGE = file.findMessageTypeByName("NaturalLanguageStatistics");
  }

  private Messages() {}

  private static FileDescriptor build() {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder()
            .setName("pergola/tensorflow_metadata_v0")
            .setPackage(PACKAGE)
            .addDependency(AnyProto.getDescriptor().getFullName());
    List<EnumDescriptorProto> enums = new ArrayList<>(List.of(anomalyTypes()));
    Map<String, List<String[]>> messages = new LinkedHashMap<>();
    List<String[]> fields = new ArrayList<>();
    for (String line : table().lines().toList()) {
      String[] words = line.strip().split(" ");
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      switch (words[0]) {
        case "enum" -> enums.add(enumOf(words));
        case "message" -> {
          fields = new ArrayList<>();
          messages.put(words[1], fields);
        }
        default -> fields.add(words);
      }
    }
    List<String> enumNames = enums.stream().map(EnumDescriptorProto::getName).toList();
    enums.forEach(each -> file.addMessageType(scope(each)));
    messages.forEach((name, lines) -> file.addMessageType(message(name, lines, enumNames)));
    try {
      return FileDescriptor.buildFrom(
          file.build(), new FileDescriptor[] {AnyProto.getDescriptor()});
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException("Cannot understand " + TABLE + ": " + e.getMessage(), e);
    }
  }

  private static String table() {
    try (InputStream in = Messages.class.getResourceAsStream(TABLE)) {
      if (in == null) {
        throw new IllegalStateException("Cannot find " + TABLE + " beside its class");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A message that holds an enum, so that values of different enums can have the same name. */
  private static DescriptorProto scope(EnumDescriptorProto held) {
    return DescriptorProto.newBuilder().setName("Of" + held.getName()).addEnumType(held).build();
  }

  private static EnumDescriptorProto anomalyTypes() {
    EnumDescriptorProto.Builder types = EnumDescriptorProto.newBuilder().setName(ANOMALY_TYPE);
    for (AnomalyType type : AnomalyType.values()) {
      types.addValue(
          EnumValueDescriptorProto.newBuilder().setName(type.name()).setNumber(type.number()));
    }
    return types.build();
  }

  private static EnumDescriptorProto enumOf(String[] words) {
    EnumDescriptorProto.Builder result = EnumDescriptorProto.newBuilder().setName(words[1]);
    for (int i = 2; i < words.length; i++) {
      int at = words[i].indexOf('=');
      result.addValue(
          EnumValueDescriptorProto.newBuilder()
              .setName(words[i].substring(0, at))
              .setNumber(Integer.parseInt(words[i].substring(at + 1))));
    }
    return result.build();
  }

  private static DescriptorProto message(String name, List<String[]> lines, List<String> enums) {
    DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(name);
    List<String> oneofs = new ArrayList<>();
    for (String[] words : lines) {
      boolean isList = words[2].startsWith("*");
      String type = isList ? words[2].substring(1) : words[2];
      FieldDescriptorProto.Builder field =
          FieldDescriptorProto.newBuilder()
              .setName(words[0])
              .setNumber(Integer.parseInt(words[1]))
              .setLabel(isList ? Label.LABEL_REPEATED : Label.LABEL_OPTIONAL);
      Optional<Type> scalar = scalar(type);
      if (scalar.isPresent()) {
        field.setType(scalar.get());
      } else if (type.equals("Any")) {
        field.setType(Type.TYPE_MESSAGE).setTypeName(".google.protobuf.Any");
      } else if (enums.contains(type)) {
        field.setType(Type.TYPE_ENUM).setTypeName(".%s.Of%s.%s".formatted(PACKAGE, type, type));
      } else {
        field.setType(Type.TYPE_MESSAGE).setTypeName(".%s.%s".formatted(PACKAGE, type));
      }
      if (words.length > 3) {
        String oneof = words[3].substring(1);
        if (!oneofs.contains(oneof)) {
          oneofs.add(oneof);
        }
        field.setOneofIndex(oneofs.indexOf(oneof));
      }
      message.addField(field);
    }
    oneofs.forEach(oneof -> message.addOneofDecl(OneofDescriptorProto.newBuilder().setName(oneof)));
    return message.build();
  }

  private static Optional<Type> scalar(String name) {
    return switch (name) {
      case "string", "bytes", "bool", "int32", "int64", "uint32", "uint64", "float", "double" ->
          Optional.of(Type.valueOf("TYPE_" + name.toUpperCase(Locale.ROOT)));
      default -> Optional.empty();
    };
  }
}
