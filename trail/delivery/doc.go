// Package delivery lays the events of a trail into a folder as CloudTrail lays
// them into a bucket: gzip files of records, and every hour a digest file that
// is signed and names them all, so that whoever has the folder can show that
// none was changed or taken away.
//
//	AWSLogs/ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz
//	AWSLogs/ACCOUNT/CloudTrail-Digest/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail-Digest_REGION_rolecall_REGION_YYYYMMDDTHHmmssZ.json.gz
//
// A digest's signature is metadata of an object in a bucket. A file has none:
// it lies beside the digest, under its name with .signature behind it, as the
// hexadecimal text that x-amz-meta-signature is to have.
//
// What an event file and a digest are and how a digest is signed follows
//
//	https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
//	https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
//	https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
//
// # Exactly once
//
// Before files are written, the state says which events are to be in them and
// under which time; after they are on the disk, it says that they are. A
// process that is killed between writes the same files again, byte for byte and
// under the same names. Events that the trail has forgotten before they were
// delivered, after ninety days without a delivery, are in no file.
package delivery
