package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.settings.Named;
import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.lang3.SerializationUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** What every record that a config may choose by name keeps to, whatever it is. */
class ChoiceContractTest {
  static Stream<Arguments> choices() {
    return ChoiceSamples.types(RunConfig.class, new LinkedHashSet<>()).stream()
        .flatMap(type -> Choices.of(type).keySet().stream().map(name -> Arguments.of(type, name)));
  }

  @ParameterizedTest
  @MethodSource("choices")
  void isWrittenAsItIsReadAndSaidByItsName(Class<?> type, String name) {
    Record choice = (Record) ChoiceSamples.read(type, ChoiceSamples.text(type, name));
    Map<String, Object> keys = ConfigWriter.keys(choice);
    assertThat(keys.keySet())
        .containsExactlyElementsOf(
            Arrays.stream(choice.getClass().getRecordComponents())
                .map(component -> component.getName())
                .toList());
    assertThat(ChoiceSamples.read(type, new Yaml().dump(Map.of(name, keys)))).isEqualTo(choice);
    assertThat(ConfigWriter.words(choice)).startsWith(name);
    assertThat(choice.getClass().getAnnotation(Named.class).doc()).matches("[A-Z\\W\\w].*\\.");
  }

  @ParameterizedTest
  @MethodSource("choices")
  void crossesSparkAsItIs(Class<?> type, String name) {
    Object choice = ChoiceSamples.read(type, ChoiceSamples.text(type, name));
    if (Serializable.class.isAssignableFrom(type)) {
      assertThat(SerializationUtils.roundtrip((Serializable) choice)).isEqualTo(choice);
    }
  }
}
