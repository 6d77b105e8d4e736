/** What a chart shows: its lines, what they are held against, and its words. */

/**
 * @typedef {object} Line
 * @property {string} label
 * @property {readonly (number | null)[]} values
 * @property {string} colour name of a CSS variable
 * @property {boolean} [faint]
 * @property {boolean} [unnamed] it has no entry of its own in the legend
 * @property {number[]} [dash] several lines differ by more than colour
 */

/**
 * @typedef {object} ChartSpec
 * @property {readonly number[]} times epoch milliseconds
 * @property {readonly Line[]} lines the last one is drawn on top
 * @property {readonly [number, number]} [band] two lines between which the plot is tinted
 * @property {{ value: number, text: string, bad: 'below' | 'above' } | null} threshold
 * @property {readonly { at: number, text: string }[]} marks
 * @property {(value: number) => string} format
 * @property {{ floor: number, ceiling: number, least: number }} bounds `least` is the smallest height of the scale
 * @property {number} height
 * @property {string} summary the chart in words
 * @property {boolean} [compact] the line alone, without axes
 * @property {boolean} [captioned] whether the words are shown to everybody
 */

export {};
