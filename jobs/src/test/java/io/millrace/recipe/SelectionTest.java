package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.model.Children;
import io.millrace.model.ImageShape;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.ParameterSlot.Kind;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.NetworkPurpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.learning.config.Sgd;

/** Which parameters a stage trains, against the rules as PyTorch's modules have them. */
class SelectionTest {
  private static final Oracle ORACLE = new Oracle("finetune.json");
  private static final ParameterLayout LAYOUT = layout();
  private static final Children CHILDREN = children();

  private static ParameterLayout layout() {
    List<ParameterSlot> slots = new ArrayList<>();
    for (JsonNode each : ORACLE.node("parameters")) {
      String name = each.asText();
      int end = name.lastIndexOf('.');
      String vertex = name.substring(0, end);
      boolean norm = vertex.contains("bn") || vertex.endsWith("down.1");
      boolean weight = name.endsWith("weight");
      Kind kind = norm ? (weight ? Kind.GAMMA : Kind.BETA) : (weight ? Kind.WEIGHT : Kind.BIAS);
      slots.add(new ParameterSlot(vertex, name.substring(end + 1), slots.size(), 1, kind));
    }
    return new ParameterLayout(slots);
  }

  private static Children children() {
    List<String> vertices = new ArrayList<>();
    for (JsonNode child : ORACLE.node("freeze_rules/children")) {
      List<String> own =
          LAYOUT.slots().stream()
              .map(ParameterSlot::vertex)
              .filter(vertex -> (vertex + ".").startsWith(child.asText() + "."))
              .distinct()
              .toList();
      vertices.addAll(own.isEmpty() ? List.of(child.asText()) : own);
    }
    return Children.of(vertices, Set.of("fc"), Children.OTHERS);
  }

  private static Set<String> frozen(List<String> train, List<String> freeze) {
    return new Selection(train, freeze).frozen("stages[0]", CHILDREN, LAYOUT);
  }

  /** The vertices of frozen parameters that lie in the given modules, and all others. */
  private static Set<String> under(List<String> modules) {
    return LAYOUT.slots().stream()
        .filter(
            slot -> modules.stream().anyMatch(each -> (slot.vertex() + ".").startsWith(each + ".")))
        .map(ParameterSlot::key)
        .collect(Collectors.toSet());
  }

  @Test
  void childrenAreTheNetworksTopLevelModulesInOrder() {
    List<String> expected = new ArrayList<>();
    ORACLE.node("freeze_rules/children").forEach(each -> expected.add(each.asText()));
    assertThat(CHILDREN.names()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 0 1",
    "2, -1",
    "3, -1 -2",
    "4, layer2",
    "5, ..layer2",
    "6, backbone",
    "7, head",
    "8, layer*.bn*"
  })
  void rulesFreezeWhatTheTableSays(int example, String rules) {
    List<String> modules = new ArrayList<>();
    ORACLE
        .node("freeze_rules/examples/" + example + "/frozen")
        .forEach(each -> modules.add(each.asText()));
    assertThat(frozen(List.of(), Arrays.asList(rules.split(" ")))).isEqualTo(under(modules));
  }

  @Test
  void trainIsTheRestOfFreezeAndFreezeTakesAwayFromTrain() {
    assertThat(frozen(List.of("layer2.."), List.of()))
        .isEqualTo(frozen(List.of(), List.of("..3")))
        .isEqualTo(under(List.of("conv1", "bn1", "layer1")));
    assertThat(frozen(List.of("layer2..layer3", "head"), List.of("layer3.*")))
        .isEqualTo(under(List.of("conv1", "bn1", "layer1", "layer3")));
    assertThat(frozen(List.of("All"), List.of())).isEmpty();
    assertThat(frozen(List.of("HEAD"), List.of())).isEqualTo(frozen(List.of("head"), List.of()));
    assertThat(frozen(List.of(), List.of("*.bias"))).hasSize(9 + 1).contains("fc.bias");
  }

  @ParameterizedTest
  @CsvSource({"head, head only", "stage2.., stage 1", "stage1.., stage 2", "all, all"})
  void ourNetworkTrainsAsManyParameters(String rule, String count) {
    CifarResNet architecture = new CifarResNet(8, 4, CifarResNet.Shortcut.PROJECTION, true);
    ComputationGraphConfiguration network =
        architecture.configuration(
            new NetworkPurpose(new ImageShape(12, 12, 3), 7, new Sgd(0.1), 1));
    ComputationGraph net = new ComputationGraph(network);
    net.init();
    ParameterLayout layout = ParameterLayout.of(net);
    Children children = Children.of(network, Children.OWN);
    assertThat(children.names())
        .containsExactly("stem", "stage1", "stage2", "stage3", "pool", "output");
    Set<String> frozen =
        new Selection(List.of(rule), List.of()).frozen("stages[0]", children, layout);
    long trained =
        layout.slots().stream()
            .filter(slot -> slot.trained() && !frozen.contains(slot.key()))
            .mapToLong(ParameterSlot::length)
            .sum();
    assertThat(trained)
        .isEqualTo((long) ORACLE.number("freeze_rules/trainable_parameters/" + count));
  }

  @ParameterizedTest
  @CsvSource({"0.65, layer_decay_0.65", "0.38461538461538464, layer_decay_1_over_2.6_ulmfit"})
  void ratesFallByLevelAsInTheTable(double decay, String table) {
    Map<String, Double> rates = Tuning.layerDecay(decay, CHILDREN, LAYOUT);
    double[] expected = ORACLE.vector(table + "/multipliers");
    List<String> groups = List.of("conv1 bn1", "layer1", "layer2", "layer3", "fc");
    for (int i = 0; i < expected.length; i++) {
      for (String key : under(List.of(groups.get(i).split(" ")))) {
        assertThat(rates.get(key)).as(key).isCloseTo(expected[i], within(1e-12));
      }
    }
  }

  /** As a loss layer behind the last dense one has none. */
  @Test
  void aHeadWithoutParametersIsCountedFromTheDeepestLayer() {
    Children children = Children.of(List.of("first", "last", "loss"), Set.of("loss"), "_");
    ParameterLayout layout =
        new ParameterLayout(
            List.of(
                new ParameterSlot("first", "W", 0, 1, Kind.WEIGHT),
                new ParameterSlot("last", "W", 1, 1, Kind.WEIGHT)));
    assertThat(Tuning.layerDecay(0.5, children, layout))
        .isEqualTo(Map.of("first.W", 0.5, "last.W", 1.0));
  }

  @Test
  void whatTakesNothingOrLeavesNothingIsRefused() {
    String rules =
        " takes no parameter (must be all, head, backbone, a top-level layer by name or index,"
            + " first..last, or a pattern with *; the top-level layers are conv1, bn1, relu,"
            + " layer1, layer2, layer3, fc)";
    assertThatThrownBy(() -> frozen(List.of(), List.of("head", "layer9")))
        .hasMessage("Invalid stages[0].freeze[1]: layer9" + rules);
    assertThatThrownBy(() -> frozen(List.of("7"), List.of()))
        .hasMessage("Invalid stages[0].train[0]: 7" + rules);
    assertThatThrownBy(() -> frozen(List.of("2"), List.of()))
        .hasMessage("Invalid stages[0].train[0]: 2" + rules);
    assertThatThrownBy(() -> frozen(List.of("layer3..layer1"), List.of()))
        .hasMessage("Invalid stages[0].train[0]: layer3..layer1" + rules);
    assertThatThrownBy(() -> frozen(List.of("head"), List.of("-1")))
        .hasMessage("Invalid stages[0].freeze: [-1] (must leave a parameter to train)");
    for (String signs : List.of("\\E(*", "[*", "\\Q*", "conv1.$*")) {
      assertThatThrownBy(() -> frozen(List.of(), List.of(signs)))
          .hasMessage("Invalid stages[0].freeze[0]: " + signs + rules);
    }
  }

  @Test
  void halfOfABatchNormsStatisticsIsRefusedWithTheRuleThatTakesIt() {
    ParameterLayout norm =
        new ParameterLayout(
            List.of(
                new ParameterSlot("norm", "gamma", 0, 2, Kind.GAMMA),
                new ParameterSlot("norm", "mean", 2, 2, Kind.MEAN),
                new ParameterSlot("norm", "var", 4, 2, Kind.VARIANCE)));
    Children children = Children.of(List.of("norm"), Set.of(), Children.OWN);
    String both = " (must freeze both mean and variance of norm, or none)";
    assertThatThrownBy(
            () -> new Selection(List.of(), List.of("*.mean")).frozen("stages[1]", children, norm))
        .hasMessage("Invalid stages[1].freeze: [*.mean]" + both);
    assertThatThrownBy(
            () ->
                new Selection(List.of("*.gamma", "*.var"), List.of())
                    .frozen("stages[1]", children, norm))
        .hasMessage("Invalid stages[1].train: [*.gamma, *.var]" + both);
    assertThat(
            new Selection(List.of(), List.of("*.mean", "*.var"))
                .frozen("stages[1]", children, norm))
        .containsExactlyInAnyOrder("norm.mean", "norm.var");
  }

  @Test
  void parametersOfOneGroupAtSeveralRatesBecomeSeveral() {
    ParameterGroup slow = new ParameterGroup("layer*", null, 0.5, null, null, null, null, false);
    Tuning tuning =
        new Tuning(
            under(List.of("conv1")),
            Tuning.layerDecay(0.5, CHILDREN, LAYOUT),
            Map.of("fc.weight", 0L, "layer3.conv1.weight", 7L),
            0);
    ParameterGroups groups = ParameterGroups.of(List.of(slow), LAYOUT, tuning);
    Set<String> ways = new TreeSet<>();
    for (ParameterSlot slot : LAYOUT.slots()) {
      if (groups.moves(slot)) {
        int group = groups.indexOf(slot);
        ways.add(
            slot.vertex().replaceAll("\\..*", "")
                + " "
                + groups.rules().get(group).rate()
                + " "
                + groups.since().get(group));
      }
    }
    assertThat(ways)
        .containsExactly(
            "bn1 0.0625 0",
            "fc 1.0 0",
            "layer1 0.0625 0",
            "layer2 0.125 0",
            "layer3 0.25 0",
            "layer3 0.25 7");
    assertThat(StreamSupport.stream(groups.rules().spliterator(), false).reduce((a, b) -> b).get())
        .isEqualTo(ParameterGroup.REST);
    Recipe recipe =
        new Recipe(
                u -> 0.1,
                new Adam(0.9, 0.99, 1e-8),
                new WeightDecay(0, false),
                Clip.NONE,
                List.of(slow))
            .tuned(tuning);
    var moments = new Pace(recipe, groups).order(0, 9, 1, 9).moments(9);
    assertThat(moments).hasSize(groups.rules().size());
    assertThat(groups.since()).last().isEqualTo(0L);
    int late =
        groups.indexOf(
            LAYOUT.slots().stream()
                .filter(slot -> slot.key().equals("layer3.conv1.weight"))
                .findFirst()
                .get());
    assertThat(moments.get(late).step()).isEqualTo(3);
    assertThat(moments.get(late).rate()).isEqualTo(0.25 * 0.1);
    assertThat(moments.get(moments.size() - 1)).isEqualTo(new Moment(10, 0.1));
  }

  @Test
  void parametersThatBeganLateKeepTheRateOfTheirGroup() {
    Tuning late = new Tuning(Set.of(), Map.of(), Map.of("fc.weight", 7L), 0);
    ParameterGroups groups = ParameterGroups.of(List.of(), LAYOUT, late);
    assertThat(groups.rules()).extracting(ParameterGroup::rate).containsOnly(1.0);
    assertThat(groups.since()).containsExactly(0L, 7L, 0L);
    assertThat(ParameterGroups.of(List.of(), LAYOUT).since()).containsExactly(0L);
  }
}
