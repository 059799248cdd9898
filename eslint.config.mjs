// The rules for the JavaScript of every addon: `scripts/lint eslint`.
import js from "@eslint/js";
import globals from "globals";

export default [
    js.configs.recommended,
    {
        files: ["**/*.js"],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "module",
            // what Odoo loads beside it (luxon, Chart) each file names that uses it
            globals: globals.browser,
        },
        linterOptions: { reportUnusedDisableDirectives: "error", reportUnusedInlineConfigs: "error" },
        rules: {
            "array-callback-return": "error",
            curly: "error",
            "default-case-last": "error",
            eqeqeq: "error",
            "no-console": "error",
            "no-duplicate-imports": "error",
            "no-eval": "error",
            "no-implicit-globals": "error",
            "no-throw-literal": "error",
            "no-unused-expressions": "error",
            "no-use-before-define": ["error", { functions: false }],
            "no-useless-rename": "error",
            "no-var": "error",
            "object-shorthand": "error",
            "prefer-const": "error",
            "prefer-template": "error",
            "require-await": "error",
        },
    },
    {
        files: ["**/static/tests/**/*.test.js"],
        rules: {
            // what stands for a server's answer is as asynchronous as that
            "require-await": "off",
            // each of them would let the suite pass without all of its tests
            "no-restricted-syntax": [
                "error",
                {
                    selector: "MemberExpression[object.name=/^(test|describe)$/][property.name=/^(only|debug|skip|todo)$/]",
                    message: "Every test runs.",
                },
            ],
        },
    },
];
