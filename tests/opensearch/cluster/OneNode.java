import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.codelibs.opensearch.runner.node.OpenSearchRunnerNode;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;

/**
 * One node of OpenSearch on loopback, in a process of its own, so that a test can kill it.
 *
 * java -cp 'lib/*' OneNode.java FOLDER SETTING=VALUE ... prints a line when the node answers over HTTP, and ends when
 * its standard input is closed: no node outlives the tests that started it.
 */
final class OneNode {
    /** The modules of the server that newsgrep's requests need; a list of classes, as the jars have no descriptors. */
    private static final List<String> MODULES = List.of(
        "org.opensearch.transport.Netty4",
        "org.opensearch.analysis.common.CommonAnalysis",
        "org.opensearch.index.mapper.MapperExtras",
        "org.opensearch.index.reindex.Reindex",
        "org.opensearch.painless.Painless");

    public static void main(String[] arguments) throws Exception {
        var answers = System.out;
        System.setOut(System.err); // the log's appender writes to standard output
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        Files.createDirectories(folder.resolve("config"));
        Node node = new OpenSearchRunnerNode(environment(folder, arguments), modules());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
        node.start();
        answers.println("{\"started\": \"" + node.settings().get("node.name") + "\"}");
        answers.flush();
        while (System.in.read() >= 0) {
        }
        System.exit(0);
    }

    private static Environment environment(Path folder, String[] arguments) {
        Settings.Builder settings = Settings.builder()
            .put("path.home", folder)
            .put("network.host", "127.0.0.1")
            .put("transport.type", "netty4")
            .put("http.type", "netty4");
        for (int i = 1; i < arguments.length; i++) {
            String[] pair = arguments[i].split("=", 2);
            settings.put(pair[0], pair[1]);
        }
        return new Environment(InternalSettingsPreparer.prepareSettings(settings.build()), folder.resolve("config"));
    }

    private static List<Class<? extends Plugin>> modules() throws ClassNotFoundException {
        List<Class<? extends Plugin>> found = new ArrayList<>();
        for (String name : MODULES) {
            found.add(module(name).asSubclass(Plugin.class));
        }
        return found;
    }

    private static Class<?> module(String name) throws ClassNotFoundException {
        try {
            return Class.forName(name + "ModulePlugin"); // OpenSearch 3
        } catch (ClassNotFoundException older) {
            return Class.forName(name + "Plugin");
        }
    }

    private static void close(Node node) {
        try {
            node.close();
            node.awaitClose(20, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException failure) {
            System.err.println(failure);
        }
    }
}
