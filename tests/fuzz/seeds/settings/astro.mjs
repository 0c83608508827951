export default defineConfig({ site: 'https://a.example', base: `/${'x'}/`, nested: [1, { a: path.join('b', "c") }] });
