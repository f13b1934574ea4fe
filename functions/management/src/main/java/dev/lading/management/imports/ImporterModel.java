package dev.lading.management.imports;

import dev.lading.importer.ImportedBundle;
import dev.lading.importer.Importer;
import dev.lading.importer.Importer.Settings;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ResourceModel;
import dev.lading.operation.ResourceType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Importers and their imports as the API shows and accepts them. */
public final class ImporterModel {
    static final String REPO_MAPPING = "repo_mapping";
    static final String PATH = "path";
    static final String TOC = "toc";
    static final String CREATE = "create_repositories";
    private static final String UNSIGNED = "unsigned";
    private static final String AS_NEW_VERSION = "as_new_version";
    private static final String KEEP_PUBLIC = "keep_public";

    private static final ResourceType IMPORT_TYPE = new ResourceType("imports", "core.pulpimport");

    static final Model<Importer> IMPORTER = ResourceModel.<Importer>model(
                    ResourceType.IMPORTER,
                    "PulpImporter",
                    importer -> importer.id().value(),
                    Importer::created,
                    Importer::updated)
            .requires(
                    "name",
                    Schema.TEXT.filled(),
                    importer -> importer.settings().name())
            .allows(
                    REPO_MAPPING,
                    Schema.mapOf(Schema.TEXT.filled()),
                    importer -> importer.settings().names())
            .allows(
                    UNSIGNED,
                    own("Whether bundles that nobody signed are taken."),
                    importer -> importer.settings().unsigned())
            .allows(
                    AS_NEW_VERSION,
                    own("Whether the newest version alone is taken, as the next one of a repository here."),
                    importer -> importer.settings().asNewVersion())
            .allows(
                    KEEP_PUBLIC,
                    own("Whether distributions that are public there are public here; else they are private."),
                    importer -> importer.settings().keepPublic());

    static final Model<ImportedBundle> IMPORT = new Model<ImportedBundle>("Import")
            .shows(
                    "pulp_href",
                    Schema.URI,
                    each -> ResourceType.importHref(
                            each.importer().value(), each.id().value()))
            .shows("prn", Schema.TEXT, each -> IMPORT_TYPE.prn(each.id().value()))
            .shows("pulp_created", Schema.TIME, ImportedBundle::created)
            .shows("pulp_last_updated", Schema.TIME, ImportedBundle::created)
            .tells(
                    "task",
                    Schema.URI,
                    each -> ResourceType.TASK.href(each.task().value()))
            .tells("params", Schema.OBJECT, ImporterModel::params);

    /** What starts an import. */
    static final Model<Void> START = new Model<Void>("PulpImport")
            .takes(PATH, Schema.TEXT.filled())
            .takes(TOC, Schema.TEXT.filled())
            .takes(CREATE, Schema.BOOLEAN.orElse(false));

    public static final Listing<Importer> LIST = ResourceModel.listing(
                    IMPORTER, importer -> importer.id().value())
            .filter("name", Schema.TEXT, Lookup.NAMES)
            .orders("name");

    public static final Listing<ImportedBundle> IMPORTS = new Listing<>(IMPORT);

    public static final List<Model<?>> MODELS = List.of(IMPORTER, IMPORT, START);

    private ImporterModel() {}

    private static Schema own(String sentence) {
        return Schema.BOOLEAN.orElse(false).described("Lading's own. " + sentence);
    }

    private static Map<String, Object> params(ImportedBundle bundle) {
        return Map.of(PATH, bundle.path(), CREATE, bundle.create());
    }

    static Settings changed(Values values, Settings before) {
        return new Settings(
                values.text("name", before.name()),
                values.has(REPO_MAPPING) ? names(values) : before.names(),
                values.bool(UNSIGNED, before.unsigned()),
                values.bool(AS_NEW_VERSION, before.asNewVersion()),
                values.bool(KEEP_PUBLIC, before.keepPublic()));
    }

    private static Map<String, String> names(Values values) {
        Map<String, String> names = new HashMap<>();
        values.texts(REPO_MAPPING, Map.of()).forEach((there, here) -> {
            if (here == null) {
                throw Problem.field(REPO_MAPPING, "'" + there + "' has no name here");
            }
            names.put(there, here);
        });
        return names;
    }
}
