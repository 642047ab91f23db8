package dev.winnow.localstack.qdrant;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qdrant.client.grpc.Collections.AliasOperations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.util.IOUtils;

/** All collections of a folder, and the other names they go by. */
final class Catalogue implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Catalogue.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern FORBIDDEN_IN_NAMES = Pattern.compile("[<>:\"/\\\\|?*\\x00\\x1F]");
    private static final String ALIASES = "aliases.json";

    private final Path folder;
    private final ConcurrentSkipListMap<String, Collection> collections = new ConcurrentSkipListMap<>();
    private volatile Map<String, String> aliases;
    private final ScheduledExecutorService maintenance = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("qdrant-maintenance").factory());

    private Catalogue(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        try (Stream<Path> found = Files.list(folder.resolve("collections"))) {
            for (Path each : found.toList()) {
                collections.put(each.getFileName().toString(), Collection.open(each));
            }
        }
        Path file = folder.resolve(ALIASES);
        this.aliases = Files.exists(file)
                ? JSON.readValue(file.toFile(), new TypeReference<TreeMap<String, String>>() {})
                : Map.of();
    }

    /** Opens everything that is there; what a killed process left half made or half deleted is removed. */
    static Catalogue open(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("collections"));
        deleteTree(folder.resolve("unfinished"));
        Files.createDirectories(folder.resolve("unfinished"));
        Catalogue catalogue = new Catalogue(folder);
        var unused = catalogue.maintenance.scheduleWithFixedDelay(catalogue::maintain, 100, 100, TimeUnit.MILLISECONDS);
        return catalogue;
    }

    private void maintain() {
        for (Map.Entry<String, Collection> each : collections.entrySet()) {
            try {
                each.getValue().store().maintain();
            } catch (AlreadyClosedException deletedMeanwhile) {
                LOG.log(Level.FINE, "deleted meanwhile", deletedMeanwhile);
            } catch (IOException | RuntimeException | Error e) {
                // An exception that got away would end the schedule.
                LOG.log(Level.WARNING, "Cannot write " + each.getKey(), e);
            }
        }
    }

    /** By its own name or an alias. */
    Collection get(String name) {
        return find(name).orElseThrow(() -> QdrantErrors.noCollection(name));
    }

    Optional<Collection> find(String name) {
        return Optional.ofNullable(collections.get(aliases.getOrDefault(name, name)));
    }

    boolean exists(String name) {
        return collections.containsKey(aliases.getOrDefault(name, name));
    }

    List<String> names() {
        return List.copyOf(collections.keySet());
    }

    Map<String, String> aliases() {
        return aliases;
    }

    synchronized void create(String name, CollectionSettings settings) throws IOException {
        if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > 255) {
            throw QdrantErrors.badInput("collection name must have 1 to 255 bytes");
        }
        if (FORBIDDEN_IN_NAMES.matcher(name).find() || name.equals(".") || name.equals("..")) {
            throw QdrantErrors.badInput("collection name cannot contain any of < > : \" / \\ | ? *: " + name);
        }
        if (collections.containsKey(name)) {
            throw QdrantErrors.alreadyExists("Collection `" + name + "` already exists!");
        }
        if (aliases.containsKey(name)) {
            throw QdrantErrors.badInput(
                    "Can't create collection with name " + name + ". Alias with the same name already exists");
        }
        Path unfinished = Files.createTempDirectory(folder.resolve("unfinished"), "create");
        settings.save(unfinished);
        Path finished = folder.resolve("collections").resolve(name);
        DurableFiles.move(unfinished, finished);
        collections.put(name, Collection.open(finished));
    }

    /** Its aliases go with it. Says whether there was such a collection; an alias is no such name. */
    synchronized boolean delete(String name) throws IOException {
        Collection collection = collections.remove(name);
        if (collection == null) {
            return false;
        }
        Map<String, String> kept = new TreeMap<>(aliases);
        if (kept.values().removeIf(name::equals)) {
            saveAliases(kept);
        }
        try {
            collection.discard();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "Closing " + name + ", which is deleted", e);
        }
        Path unfinished = Files.createTempDirectory(folder.resolve("unfinished"), "delete");
        Files.move(folder.resolve("collections").resolve(name), unfinished.resolve("deleted"));
        deleteTree(unfinished);
        return true;
    }

    /** All of the changes, or none. */
    synchronized void changeAliases(List<AliasOperations> operations) throws IOException {
        Map<String, String> changed = new TreeMap<>(aliases);
        for (AliasOperations operation : operations) {
            switch (operation.getActionCase()) {
                case CREATE_ALIAS ->
                    createAlias(
                            changed,
                            operation.getCreateAlias().getAliasName(),
                            operation.getCreateAlias().getCollectionName());
                case DELETE_ALIAS -> changed.remove(operation.getDeleteAlias().getAliasName());
                case RENAME_ALIAS -> {
                    String old = operation.getRenameAlias().getOldAliasName();
                    String target = changed.remove(old);
                    if (target == null) {
                        throw QdrantErrors.notFound("Alias " + old + " does not exists!");
                    }
                    changed.put(operation.getRenameAlias().getNewAliasName(), target);
                }
                case ACTION_NOT_SET -> throw QdrantErrors.badInput("Malformed AliasOperation type");
            }
        }
        saveAliases(changed);
    }

    private void createAlias(Map<String, String> changed, String alias, String collection) {
        if (!collections.containsKey(collection)) {
            throw QdrantErrors.noCollection(collection);
        }
        if (collections.containsKey(alias)) {
            throw QdrantErrors.alreadyExists("Collection `" + alias + "` already exists!");
        }
        changed.put(alias, collection);
    }

    private void saveAliases(Map<String, String> changed) throws IOException {
        DurableFiles.replace(folder.resolve(ALIASES), JSON.writeValueAsBytes(changed));
        aliases = Map.copyOf(changed);
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public void close() throws IOException {
        // An interrupt would close the file that is being brought to the disk.
        maintenance.close();
        IOUtils.close(collections.values());
    }
}
