/** Served from node_modules/uplot as /vendor/uplot.js. */
export { default } from 'uplot';
