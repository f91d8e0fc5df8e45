import js from "@eslint/js";
import globals from "globals";
import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["dist/", "auth/", "node_modules/", "test-results/"] },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  hooks.configs.flat.recommended,
  {
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js", "public/*.js", "*/*.mjs"] },
      },
    },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "no-console": "error",
      // Method signatures describe plain objects here; nothing in the page depends on `this`.
      "@typescript-eslint/unbound-method": "off",
      "max-lines": ["error", { max: 320, skipBlankLines: true, skipComments: true }],
      // Unknown markup must not reach the page: text is set as text.
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Text is set as text." },
      ],
    },
  },
  {
    files: ["**/*.mjs", "eslint.config.js", "public/**/*.js"],
    ...ts.configs.disableTypeChecked,
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: { ...ts.configs.disableTypeChecked.rules, "no-console": "off" },
  },
  // Catalogs are flat lists of sentences: their length is not complexity.
  { files: ["src/messages/*.ts"], rules: { "max-lines": "off" } },
  { files: ["e2e/**"], rules: { "max-lines": "off", "no-console": "off" } },
);
