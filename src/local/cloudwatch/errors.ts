import { AwsError } from '#local/aws/aws-json-server.ts';

/** CloudWatch's refusals: the exception class of the JSON protocol, and the query code it still sends beside it. */

export const invalidParameterValue = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', message, { queryCode: 'InvalidParameterValue' });

export const invalidParameterCombination = (message: string): AwsError =>
  new AwsError('InvalidParameterCombinationException', message, { queryCode: 'InvalidParameterCombination' });

export const missingParameter = (message: string): AwsError =>
  new AwsError('MissingRequiredParameterException', message, { queryCode: 'MissingParameter' });

export const validationError = (message: string): AwsError =>
  new AwsError('ValidationException', message, { queryCode: 'ValidationError' });

export const resourceNotFound = (message: string): AwsError =>
  new AwsError('ResourceNotFound', message, { status: 404, queryCode: 'ResourceNotFound' });

export const invalidNextToken = (): AwsError =>
  new AwsError('InvalidNextToken', 'NextToken is not one that this server gave', {
    queryCode: 'InvalidNextToken',
  });
