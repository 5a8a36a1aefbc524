package io.millrace.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.master.MasterMessages;
import org.apache.spark.rpc.RpcAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag$;

/**
 * What a standalone master says of its machines and of an application. It is read from the master's
 * page: over Spark's own messages, every machine arrives as alive and unused.
 *
 * @param machines that are alive
 * @param granted cores that it has given to the application
 */
record StandaloneMaster(List<Machine> machines, int granted) {
  private static final Logger LOG = LoggerFactory.getLogger(StandaloneMaster.class);
  private static final int TIMEOUT_MILLIS = 5000;
  private static final Pattern ADDRESSES = Pattern.compile("spark://(.+)");
  private static final Pattern ADDRESS = Pattern.compile("(.+):(\\d+)");

  /** A machine of a standalone cluster: cores, and memory in MB. */
  record Machine(int cores, int coresFree, int memory, int memoryFree) {}

  /**
   * Asks the master of a running Spark; empty where it is no standalone one, or does not answer.
   */
  static Optional<StandaloneMaster> ask(String master, String application) {
    for (InetSocketAddress address : addresses(master)) {
      try {
        var at = new RpcAddress(address.getHostString(), address.getPort());
        MasterMessages.BoundPortsResponse ports =
            SparkEnv.get()
                .rpcEnv()
                .setupEndpointRef(at, "Master")
                .askSync(
                    MasterMessages.BoundPortsRequest$.MODULE$,
                    ClassTag$.MODULE$.apply(MasterMessages.BoundPortsResponse.class));
        String page = "http://%s:%d/json/".formatted(address.getHostString(), ports.webUIPort());
        URLConnection connection = URI.create(page).toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        try (InputStream in = connection.getInputStream()) {
          JsonNode state = new ObjectMapper().readTree(in);
          if (state.path("status").asText().equals("ALIVE")) { // not one that stands by
            return Optional.of(of(state, application));
          }
        }
      } catch (IOException | RuntimeException e) {
        LOG.debug("Cannot ask {} for its machines", address, e);
      }
    }
    return Optional.empty();
  }

  /** From the JSON of the master's page. */
  static StandaloneMaster of(JsonNode state, String application) {
    List<Machine> machines = new ArrayList<>();
    for (JsonNode worker : state.path("workers")) {
      if (worker.path("state").asText().equals("ALIVE")) {
        machines.add(
            new Machine(
                worker.path("cores").asInt(),
                worker.path("coresfree").asInt(),
                worker.path("memory").asInt(),
                worker.path("memoryfree").asInt()));
      }
    }
    int granted = 0;
    for (JsonNode app : state.path("activeapps")) {
      if (app.path("id").asText().equals(application)) {
        granted = app.path("cores").asInt();
      }
    }
    return new StandaloneMaster(machines, granted);
  }

  /**
   * Tries to connect to a standalone master before Spark does, which takes a minute and several
   * stack traces to give up.
   *
   * @param master {@code spark://host:port}, more of them parted by commas; others are let through
   * @throws IOException in one line, if none of them can be connected to
   */
  static void require(String master) throws IOException {
    IOException failure = null;
    for (InetSocketAddress address : addresses(master)) {
      try (Socket socket = new Socket()) {
        socket.connect(
            new InetSocketAddress(address.getHostString(), address.getPort()), TIMEOUT_MILLIS);
        return;
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      String reason =
          failure instanceof java.net.UnknownHostException
              ? "there is no host of that name"
              : failure.getMessage();
      throw new IOException(
          "Cannot reach the master %s: %s (is it up, and is that its address?)"
              .formatted(master, reason),
          failure);
    }
  }

  private static List<InetSocketAddress> addresses(String master) {
    List<InetSocketAddress> addresses = new ArrayList<>();
    Matcher standalone = ADDRESSES.matcher(master);
    if (standalone.matches()) {
      for (String each : standalone.group(1).split(",")) {
        Matcher address = ADDRESS.matcher(each);
        if (address.matches()) {
          addresses.add(
              InetSocketAddress.createUnresolved(
                  address.group(1), Integer.parseInt(address.group(2))));
        }
      }
    }
    return addresses;
  }
}
