// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: language mode 6 (the tools version's default), warnings are errors.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// Optimized in debug builds too: what draws random numbers for every base would take tests minutes.
let optimized = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

func module(_ name: String, _ dependencies: [Target.Dependency], settings: [SwiftSetting] = strict) -> Target {
    .target(name: name, dependencies: dependencies, path: "Shared/\(name)", swiftSettings: settings)
}

func service(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .executableTarget(
        name: name == "Control" ? "helicase" : "helicase-\(name.lowercased())",
        dependencies: [
            "Commands", "Delivery", "Events", "Genomics", "Messaging", "Observability", "Runs", "Schemas",
            "ServiceRuntime",
            "Storage",
        ] + dependencies,
        path: "Services/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)", exclude: exclude,
        swiftSettings: strict)
}

func system(_ name: String, pkgConfig: String?, apt: String) -> Target {
    .systemLibrary(name: name, path: "Shared/CModules/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
    name: "helicase",
    products: [
        .library(
            name: "Helicase",
            targets: [
                "Delivery", "Events", "Genomics", "Interpretation", "Messaging", "NeuralNetwork", "Observability",
                "SequenceAnalysis", "ServiceRuntime", "Storage", "VariantCalling",
            ])
    ],
    targets: [
        system("CRdKafka", pkgConfig: "rdkafka", apt: "librdkafka-dev"),
        system("CLibPQ", pkgConfig: "libpq", apt: "libpq-dev"),
        system("CHTSlib", pkgConfig: "htslib", apt: "libhts-dev"),
        system("CMinimap2", pkgConfig: nil, apt: "libminimap2-dev"),
        system("CBigWig", pkgConfig: nil, apt: "libbigwig-dev"),
        system("CMicroHTTPD", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
        system("CSodium", pkgConfig: "libsodium", apt: "libsodium-dev"),
        .target(
            name: "CKernels", path: "Shared/CKernels",
            cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror"])]),

        .target(
            name: "COpenBLAS", path: "Shared/CModules/COpenBLAS",
            cSettings: [.unsafeFlags(["-O2", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror"])]),
        .target(
            name: "CRDKit", path: "Shared/CModules/CRDKit",
            cxxSettings: [.unsafeFlags(["-O2", "-isystem", "/usr/include/rdkit", "-Wall", "-Wextra", "-Werror"])],
            linkerSettings: [
                "GraphMol", "SmilesParse", "SubstructMatch", "Fingerprints", "Descriptors", "ChemTransforms",
                "MolDraw2D",
                "DataStructs", "RDGeneral",
            ].map { .linkedLibrary("RDKit\($0)") }),

        module("Hashing", ["CSodium"], settings: optimized),
        module("Statistics", []),
        module("Privacy", []),
        module("LinearAlgebra", ["COpenBLAS"]),
        module("SecureAggregation", ["CSodium", "Hashing"], settings: optimized),
        module("DecisionTrees", ["Hashing"], settings: optimized),
        module("Genomics", ["CBigWig", "CHTSlib", "CMinimap2", "Hashing", "Statistics"]),
        module("Simulation", ["Genomics", "Hashing"], settings: optimized),
        module("SyntheticCohorts", ["Genomics", "Hashing", "LinearAlgebra", "Plots"], settings: optimized),
        module("Annotation", ["Genomics", "Hashing"]),
        module("NeuralNetwork", ["CKernels", "Hashing"]),
        module("Messaging", ["CRdKafka"]),
        module("Storage", ["CLibPQ"]),
        module("Events", ["Genomics", "Messaging"]),
        module("Tasks", ["Genomics", "NeuralNetwork"]),
        .target(
            name: "SequenceAnalysis",
            dependencies: ["Genomics", "Hashing", "Interpretation", "NeuralNetwork", "Tasks"],
            path: "Shared/SequenceAnalysis", resources: [.copy("GeneModels"), .copy("Models"), .copy("Recipes")],
            swiftSettings: strict),
        .target(
            name: "GeneExpression",
            dependencies: ["DecisionTrees", "Genomics", "Hashing", "LinearAlgebra", "NeuralNetwork", "Tasks"],
            path: "Shared/GeneExpression", resources: [.copy("Models")], swiftSettings: strict),
        .target(
            name: "Clinical",
            dependencies: [
                "Annotation", "Genomics", "Hashing", "LinearAlgebra", "NeuralNetwork", "Plots", "Statistics",
            ],
            path: "Shared/Clinical",
            resources: [.copy("Knowledge"), .copy("Pathogenicity/Trained"), .copy("Phenotype/Models")],
            swiftSettings: strict),
        .target(
            name: "Drugs",
            dependencies: [
                "CRDKit", "Genomics", "Hashing", "LinearAlgebra", "NeuralNetwork", "Statistics", "Tasks",
            ],
            path: "Shared/Drugs", resources: [.copy("Models")], swiftSettings: strict),
        .target(
            name: "MoleculeDesign",
            dependencies: ["Drugs", "Genomics", "Hashing", "NeuralNetwork", "Plots"],
            path: "Shared/MoleculeDesign", resources: [.copy("Filters"), .copy("Models")], swiftSettings: strict),
        module("TaskCatalog", ["Drugs", "GeneExpression", "SequenceAnalysis", "Tasks", "VariantCalling"]),
        .target(
            name: "VariantCalling",
            dependencies: [
                "CKernels", "Genomics", "Hashing", "Interpretation", "NeuralNetwork", "Simulation", "Tasks",
            ],
            path: "Shared/VariantCalling",
            resources: [.copy("Models")], swiftSettings: strict),
        module("Commands", []),
        module("Observability", ["Commands", "CMicroHTTPD"]),
        module("ServiceRuntime", ["Commands", "Observability"]),
        module("Delivery", ["Commands", "Messaging", "Observability", "ServiceRuntime", "Storage"]),
        module(
            "Runs",
            ["Commands", "Delivery", "Events", "Genomics", "Hashing", "Messaging", "Observability", "Storage", "Tasks"]),
        module("Audit", ["Hashing", "Storage"]),
        module("Knowledge", ["Audit", "Storage"]),
        module("Plots", []),
        module("Interpretation", ["Genomics", "NeuralNetwork"]),
        module(
            "ModelRegistry",
            [
                "Audit", "Commands", "Delivery", "Events", "Hashing", "Messaging", "NeuralNetwork", "Plots",
                "Statistics",
                "Storage", "Tasks",
            ]),
        module(
            "Reporting",
            ["Audit", "Clinical", "Commands", "Delivery", "Events", "Genomics", "Messaging", "Runs", "Storage"]),
        .target(
            name: "Schemas", dependencies: ["Storage"], path: "Schemas", exclude: ["validate.py"],
            sources: ["SchemaFiles.swift"],
            resources: [.copy("Database"), .copy("Documents"), .copy("Events"), .copy("asyncapi.json")],
            swiftSettings: strict),

        service("Ingest", ["TaskCatalog", "Tasks"]),
        service("Align"),
        service("Encode", ["TaskCatalog", "Tasks", "VariantCalling"]),
        service("Train", ["TaskCatalog", "Tasks", "NeuralNetwork", "ModelRegistry"]),
        service("Infer", ["TaskCatalog", "Tasks", "NeuralNetwork", "ModelRegistry"]),
        service(
            "Report",
            [
                "Clinical", "Reporting", "TaskCatalog", "Tasks", "VariantCalling", "NeuralNetwork", "ModelRegistry",
                "Plots",
            ]),
        service(
            "Control",
            [
                "Annotation", "Audit", "Clinical", "Drugs", "GeneExpression", "Hashing", "Interpretation", "Knowledge",
                "MoleculeDesign", "SequenceAnalysis", "Simulation", "SyntheticCohorts", "TaskCatalog", "Tasks",
                "VariantCalling",
                "NeuralNetwork",
                "ModelRegistry", "Plots", "Reporting",
            ]),

        .executableTarget(
            name: "engine-benchmark",
            dependencies: ["CAllocations", "COpenBLAS", "Drugs", "Genomics", "NeuralNetwork", "Tasks"],
            path: "Tests/Benchmarks/EngineBenchmark", swiftSettings: strict),
        .target(name: "CAllocations", path: "Tests/Support/CAllocations"),
        .target(
            name: "TestSupport",
            dependencies: [
                "Events", "Genomics", "Hashing", "Messaging", "NeuralNetwork", "Observability", "Schemas", "Storage",
            ],
            path: "Tests/Support", exclude: ["CAllocations"], swiftSettings: strict),
        tests("GenomicsTests", ["Genomics", "Hashing"]),
        tests("AnnotationTests", ["Annotation", "Genomics", "Hashing"]),
        tests(
            "ClinicalTests",
            ["Annotation", "Clinical", "Genomics", "Hashing", "LinearAlgebra", "NeuralNetwork", "Schemas"],
            exclude: ["Tools"]),
        tests("SyntheticCohortsTests", ["Genomics", "Hashing", "SyntheticCohorts"]),
        tests("SimulationTests", ["Genomics", "Hashing", "Simulation"]),
        tests(
            "NeuralNetworkTests", ["NeuralNetwork", "CKernels", "CAllocations", "Hashing"],
            exclude: ["Golden", "Tools"]),
        tests("MessagingTests", ["Messaging"]),
        tests("StorageTests", ["Storage"]),
        tests("EventsTests", ["Events", "Genomics", "Messaging", "Schemas", "Storage"]),
        tests("StatisticsTests", ["Statistics"]),
        tests("PrivacyTests", ["Privacy"], exclude: ["Tools"]),
        tests("SecureAggregationTests", ["Hashing", "SecureAggregation"]),
        tests("LinearAlgebraTests", ["LinearAlgebra"]),
        tests("DrugsTests", ["Drugs", "Genomics", "LinearAlgebra", "NeuralNetwork", "Tasks"]),
        tests("MoleculeDesignTests", ["Drugs", "Genomics", "Hashing", "MoleculeDesign", "NeuralNetwork"]),
        tests("CommandsTests", ["Commands"]),
        tests("ObservabilityTests", ["Commands", "Observability"]),
        tests("ServiceRuntimeTests", ["Commands", "Observability", "ServiceRuntime"]),
        tests("PlotsTests", ["Plots"]),
        tests(
            "InterpretationTests", ["Interpretation", "NeuralNetwork", "Genomics"], exclude: ["Golden", "Tools"]),
        .target(
            name: "FuzzEntries",
            dependencies: [
                "Commands", "Events", "Genomics", "Interpretation", "Messaging", "NeuralNetwork", "Observability",
                "ServiceRuntime", "Storage",
                "VariantCalling",
            ],
            path: "Tests/Fuzz/Entries", swiftSettings: strict),
        tests("FuzzTests", ["FuzzEntries"]),
        tests("SequenceAnalysisTests", ["Genomics", "Hashing", "NeuralNetwork", "SequenceAnalysis", "Tasks"]),
        tests("DecisionTreesTests", ["DecisionTrees", "Hashing"]),
        tests("GeneExpressionTests", ["DecisionTrees", "GeneExpression", "Genomics", "NeuralNetwork", "Tasks"]),
        tests("VariantCallingTests", ["VariantCalling", "Genomics", "Hashing", "Interpretation", "NeuralNetwork"]),
        tests(
            "ServicesTests",
            [
                "Commands", "Delivery", "Events", "Genomics", "Messaging", "ModelRegistry", "NeuralNetwork",
                "Observability", "Runs", "Schemas", "ServiceRuntime",
                "Audit", "Clinical", "Drugs", "Knowledge", "Reporting", "Storage", "TaskCatalog", "Tasks",
                "VariantCalling",
                "Hashing", "helicase",
                "helicase-align",
                "helicase-encode",
                "helicase-infer",
                "helicase-ingest", "helicase-report", "helicase-train",
            ]),
        tests(
            "EndToEndTests",
            [
                "Clinical", "Commands", "Delivery", "Events", "Genomics", "Hashing", "Messaging", "ModelRegistry",
                "NeuralNetwork",
                "Observability", "SequenceAnalysis", "ServiceRuntime", "Simulation",
                "Storage", "VariantCalling",
            ]),
    ],
    cxxLanguageStandard: .gnucxx17
)

// Coverage-guided fuzzing (`Tests/Fuzz/run`): libFuzzer has the `main`, so this is no part of the ordinary build.
if Context.environment["HELICASE_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "helicase-fuzz", dependencies: ["FuzzEntries"], path: "Tests/Fuzz/Driver",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
